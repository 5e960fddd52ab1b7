import type { Rotation } from '../../core/session/session-store.ts'
import type { Session } from '../../core/session/session.ts'
import { INSERTED_COLUMNS, INSERTED_PARAMS, NEXT_PARAM, sessionParams, USER_ID_PARAM } from './session-row.ts'
import { requiringRow, statement, type Statement } from './statement.ts'

/** Inserts a session that asks nothing of a user; no row when its ID exists. */
export function insertSession(session: Session): Statement {
  return requiringRow(
    statement(
      'insert-session',
      `insert into sessions (${INSERTED_COLUMNS}) values (${INSERTED_PARAMS}) on conflict do nothing returning 1`,
      sessionParams(session),
    ),
  )
}

/**
 * Inserts a user's session if the user is enabled and the credential revision is still the one that was verified.
 *
 * The lock makes it wait for a password change or a disable that is under way, and PostgreSQL then tests the condition
 * again on the changed row; one that comes later waits for this session, and ends it. It is not `for share`, since two
 * sign-ins of one user must wait for each other too: each counts the other's session when it deletes the surplus.
 */
export function insertSignedInSession(session: Session, credentialRevision: number): Statement {
  return requiringRow(
    statement(
      'insert-signed-in-session',
      `insert into sessions (${INSERTED_COLUMNS})
select ${INSERTED_PARAMS} from users
where users.id = ${USER_ID_PARAM} and users.credential_revision = ${NEXT_PARAM} and users.disabled_at is null
for no key update
on conflict do nothing returning 1`,
      [...sessionParams(session), credentialRevision],
    ),
  )
}

/** Deletes one session. */
export function deleteSession(sessionId: string): Statement {
  return statement('delete-session', 'delete from sessions where id = $1', [sessionId])
}

/** Deletes one session if it is that user's. */
export function deleteOwnSession(sessionId: string, ownerId: string): Statement {
  return statement('delete-own-session', 'delete from sessions where id = $1 and user_id = $2', [sessionId, ownerId])
}

/**
 * Deletes all sessions of a user, or all but one. All of them are locked first, the spared one too, in the order of
 * their IDs: whoever else needs several of a user's sessions does it in the same order, so no two can deadlock.
 */
export function deleteSessionsOf(userId: string, exceptSessionId: string | null): Statement {
  return statement(
    'delete-sessions-of-user',
    `with locked as materialized (
select id from sessions where user_id = $1 order by id
for update
)
delete from sessions where id in (select id from locked) and id <> $2`,
    [userId, exceptSessionId ?? ''],
  )
}

/** Deletes a user's least recently used sessions beyond so many, never the one that was just inserted. */
export function deleteSurplusSessions(userId: string, newSessionId: string, most: number): Statement {
  return statement(
    'delete-surplus-sessions',
    `with surplus as materialized (
select id from sessions where user_id = $1 and id <> $2
order by last_seen_at desc, created_at desc, id limit 10000 offset $3
), locked as materialized (
select id from sessions where id in (select id from surplus) order by id
for update
)
delete from sessions where id in (select id from locked)`,
    [userId, newSessionId, most - 1],
  )
}

/** Takes the previous secret from the one session that survives a password change. */
export function forgetPreviousSecret(sessionId: string, userId: string): Statement {
  return statement(
    'forget-previous-secret',
    `update sessions set previous_secret_hash = null, previous_authenticated_at = null, previous_ends_at = null
where id = $1 and user_id = $2`,
    [sessionId, userId],
  )
}

/** Compare-and-set of the secret; the old one becomes the previous one, with what it was worth. */
export function rotateSecret(rotation: Rotation): Statement {
  return statement(
    'rotate-secret',
    `update sessions set previous_secret_hash = secret_hash, previous_authenticated_at = authenticated_at,
  previous_ends_at = null, secret_hash = $3, authenticated_at = $4, revision = revision + 1
where id = $1 and secret_hash = $2 and expires_at > $5`,
    [rotation.sessionId, rotation.expectedSecretHash, rotation.newSecretHash, rotation.authenticatedAt, rotation.now],
  )
}

/** Gives the previous secret its end, once. */
export function endPreviousSecret(sessionId: string, currentSecretHash: string, endsAt: number): Statement {
  return statement(
    'end-previous-secret',
    `update sessions set previous_ends_at = $3
where id = $1 and secret_hash = $2 and previous_secret_hash is not null and previous_ends_at is null`,
    [sessionId, currentSecretHash, endsAt],
  )
}

/** Moves `last_seen_at` forward; what another transaction holds is skipped, and so can neither wait nor deadlock. */
export function touchSessions(seenAtById: ReadonlyMap<string, number>): Statement {
  return statement(
    'touch-sessions',
    `with touched as materialized (
select sessions.id as id, cast(cast(seen.value as text) as bigint) as seen_at
from sessions join json_each($1) as seen on seen.key = sessions.id
where sessions.last_seen_at < cast(cast(seen.value as text) as bigint)
for update of sessions skip locked
)
update sessions set last_seen_at = touched.seen_at from touched
where sessions.id = touched.id and sessions.last_seen_at < touched.seen_at`,
    [JSON.stringify(Object.fromEntries(seenAtById))],
  )
}

/** Deletes a batch of dead sessions; one that another transaction holds is left for the next time. */
export function deleteDeadSessions(now: number, idleSince: number, limit: number): Statement {
  return statement(
    'delete-dead-sessions',
    `with dead as materialized (
select id from sessions where expires_at <= $1 or last_seen_at <= $2 limit $3
for update skip locked
)
delete from sessions where id in (select id from dead) and (expires_at <= $1 or last_seen_at <= $2)`,
    [now, idleSince, limit],
  )
}
