import { type LiveSession, MAXIMUM_DATA_KEYS } from '../../core/session-data/session-data-store.ts'
import { requiringRow, returningRows, statement, type Statement } from './statement.ts'

const ALIVE = 'sessions.id = $1 and sessions.expires_at > $2 and sessions.last_seen_at > $3'

/**
 * Stops its unit unless the session is alive, and keeps it so until the unit has ended: an end that comes meanwhile waits.
 * Those who change data of one session wait for each other too, so that each sees the keys which the one before has left.
 */
export function lockLiveSession({ sessionId, now, idleSince }: LiveSession): Statement {
  return requiringRow(
    statement('lock-live-session', `select 1 from sessions where ${ALIVE}\nfor no key update`, [
      sessionId,
      now,
      idleSince,
    ]),
  )
}

/** A row with the value of one key, null when it has none; no row when the session is not alive. */
export function selectDatum({ sessionId, now, idleSince }: LiveSession, key: string): Statement {
  return statement(
    'get-datum',
    `select session_data.value as value from sessions
left join session_data on session_data.session_id = sessions.id and session_data.key = $4
where ${ALIVE}`,
    [sessionId, now, idleSince, key],
  )
}

/** A row a key, or one of nulls; no row when the session is not alive. */
export function selectData({ sessionId, now, idleSince }: LiveSession): Statement {
  return statement(
    'all-data',
    `select session_data.key as key, session_data.value as value from sessions
left join session_data on session_data.session_id = sessions.id
where ${ALIVE} order by session_data.key`,
    [sessionId, now, idleSince],
  )
}

/** Writes one key, unless the session has too many others: then it writes no row. Its unit has locked the session. */
export function upsertDatum(sessionId: string, key: string, json: string, number: number | null): Statement {
  return statement(
    'set-datum',
    `insert into session_data (session_id, key, value, number)
select $1, $2, $3, cast($4 as bigint)
where (select count(*) from session_data where session_id = $1 and key <> $2) < $5
on conflict (session_id, key) do update set value = excluded.value, number = excluded.number`,
    [sessionId, key, json, number, MAXIMUM_DATA_KEYS],
  )
}

/** Adds to one key, unless what it holds is no integer, the sum is none that is safe, or the session has too many others. */
export function incrementDatum(sessionId: string, key: string, by: number): Statement {
  return statement(
    'increment-datum',
    `insert into session_data (session_id, key, value, number)
select $1, $2, cast(cast($3 as bigint) as text), cast($3 as bigint)
where (select count(*) from session_data where session_id = $1 and key <> $2) < $4
on conflict (session_id, key) do update
set value = cast(session_data.number + excluded.number as text), number = session_data.number + excluded.number
where session_data.number + excluded.number between -9007199254740991 and 9007199254740991`,
    [sessionId, key, by, MAXIMUM_DATA_KEYS],
  )
}

/** What one key holds that could be counted with: one row, whose `present` is 1 where the key is there. */
export function selectNumber(sessionId: string, key: string): Statement {
  return returningRows(
    statement(
      'number-of-datum',
      `select count(*) as present, max(number) as number from session_data where session_id = $1 and key = $2`,
      [sessionId, key],
    ),
  )
}

/** Deletes one key; a row with what it held. */
export function deleteDatum(sessionId: string, key: string): Statement {
  return returningRows(
    statement('delete-datum', 'delete from session_data where session_id = $1 and key = $2 returning value', [
      sessionId,
      key,
    ]),
  )
}

/**
 * Copies those keys of an anonymous session that are listed into one that takes its place, in the unit that makes the one
 * and ends the other. The lock comes first: what is being written is waited for and copied, what comes later is refused.
 */
export function carryDataOver(fromSessionId: string, toSessionId: string, keys: readonly string[]): Statement[] {
  if (keys.length === 0) return []
  return [
    statement('lock-replaced-session', 'select 1 from sessions where id = $1 and user_id is null\nfor update', [
      fromSessionId,
    ]),
    statement(
      'carry-data-over',
      `insert into session_data (session_id, key, value, number)
select $2, session_data.key, session_data.value, session_data.number
from sessions join session_data on session_data.session_id = sessions.id
join json_each($3) as listed on listed.key = session_data.key
where sessions.id = $1 and sessions.user_id is null`,
      [fromSessionId, toSessionId, JSON.stringify(Object.fromEntries(keys.map((key) => [key, 1])))],
    ),
  ]
}
