import type { Rotation } from '../../core/session/session-store.ts'
import { statement, type Statement } from './statement.ts'
import { USER_COLUMNS } from './user-row.ts'

/**
 * Raises a user's epoch: all sealed sessions that were started before are over, but the one to be spared, if it is not over
 * already. It runs wherever all sessions of a user end, whether or not sessions are sealed now: a cookie of the time when
 * they were must not come back.
 *
 * The lock keeps a user who is being deleted there until this unit is done: users are locked before sessions.
 */
export function raiseEpoch(userId: string, spared: string | null): Statement {
  return statement(
    'raise-epoch',
    `insert into sealed_epochs (user_id, epoch, spared_session_id, spared_floor)
select id, 1, $2, 0 from users where id = $1
for key share
on conflict (user_id) do update set
  spared_floor = case when sealed_epochs.spared_session_id = excluded.spared_session_id
    then sealed_epochs.spared_floor else sealed_epochs.epoch end,
  spared_session_id = excluded.spared_session_id,
  epoch = sealed_epochs.epoch + 1`,
    [userId, spared],
  )
}

/** Ends one sealed session, and remembers it until its absolute end, and longer. No row counts when it had been ended before. */
export function revokeSealed(sessionId: string, expiresAt: number): Statement {
  return statement(
    'revoke-sealed',
    'insert into sealed_revocations (session_id, expires_at) values ($1, $2) on conflict do nothing',
    [sessionId, expiresAt],
  )
}

/** The user, and all that happened to this session of theirs since its cookie was sealed. */
export function findSealed(sessionId: string, userId: string): Statement {
  return statement(
    'find-sealed',
    `select ${USER_COLUMNS}, coalesce(sealed_epochs.epoch, 0) as epoch, sealed_epochs.spared_session_id,
  sealed_epochs.spared_floor, sealed_revocations.session_id as revoked_id, sealed_rotations.secret_hash,
  sealed_rotations.authenticated_at, sealed_rotations.previous_secret_hash,
  sealed_rotations.previous_authenticated_at, sealed_rotations.previous_ends_at, sealed_rotations.revision
from users
left join sealed_epochs on sealed_epochs.user_id = users.id
left join sealed_revocations on sealed_revocations.session_id = $2
left join sealed_rotations on sealed_rotations.session_id = $2
where users.id = $1`,
    [userId, sessionId],
  )
}

/** A row if the user is enabled, and the credential still the one that was verified. */
export function findStartable(userId: string, credentialRevision: number): Statement {
  return statement(
    'find-startable',
    'select id from users where id = $1 and credential_revision = $2 and disabled_at is null',
    [userId, credentialRevision],
  )
}

/**
 * Compare-and-set of the mark of the cookie that counts. Without a row there was no rotation, and whoever presents a cookie
 * has the first; of several, the one that inserts the row wins.
 */
export function rotateSealed(rotation: Rotation, expiresAt: number): Statement {
  return statement(
    'rotate-sealed',
    `insert into sealed_rotations (session_id, expires_at, secret_hash, authenticated_at, previous_secret_hash,
  previous_authenticated_at, revision)
values ($1, $2, $3, $4, $5, $6, 1)
on conflict (session_id) do update set previous_secret_hash = sealed_rotations.secret_hash,
  previous_authenticated_at = sealed_rotations.authenticated_at, previous_ends_at = null,
  secret_hash = excluded.secret_hash, authenticated_at = excluded.authenticated_at,
  revision = sealed_rotations.revision + 1
where sealed_rotations.secret_hash = $5`,
    [
      rotation.sessionId,
      expiresAt,
      rotation.newSecretHash,
      rotation.authenticatedAt,
      rotation.expectedSecretHash,
      rotation.replacedAuthenticatedAt ?? null,
    ],
  )
}

/** Gives the cookie before the last rotation its end, once. */
export function endPreviousSealed(sessionId: string, currentSecretHash: string, endsAt: number): Statement {
  return statement(
    'end-previous-sealed',
    `update sealed_rotations set previous_ends_at = $3
where session_id = $1 and secret_hash = $2 and previous_secret_hash is not null and previous_ends_at is null`,
    [sessionId, currentSecretHash, endsAt],
  )
}

/** Only the session that survives a change of password, and of it only the cookie that counts. */
export function forgetPreviousSealed(sessionId: string): Statement {
  return statement(
    'forget-previous-sealed',
    `update sealed_rotations set previous_secret_hash = null, previous_authenticated_at = null, previous_ends_at = null
where session_id = $1`,
    [sessionId],
  )
}

/** Deletes a batch of what is remembered of sessions that ended, by their time, before `now`. */
export function trimSealed(table: 'sealed_revocations' | 'sealed_rotations', now: number, limit: number): Statement {
  return statement(
    `trim-${table}`,
    `with dead as materialized (
select session_id from ${table} where expires_at <= $1 limit $2
for update skip locked
)
delete from ${table} where session_id in (select session_id from dead)`,
    [now, limit],
  )
}
