import type { Method, PreviousSecret, Session } from '../../core/session/session.ts'
import { integer, integerOrNull, text, textOrNull } from './columns.ts'
import type { Param, Row } from './statement.ts'

const COLUMNS = [
  'id',
  'secret_hash',
  'previous_secret_hash',
  'previous_authenticated_at',
  'previous_ends_at',
  'user_id',
  'created_at',
  'last_seen_at',
  'expires_at',
  'authenticated_at',
  'methods',
  'client_address',
  'user_agent',
  'revision',
]

/** The columns as an `insert` names them: `sessionParams` has their values. */
export const INSERTED_COLUMNS = COLUMNS.join(', ')

/** `$1, $2, …` for `sessionParams`. */
export const INSERTED_PARAMS = COLUMNS.map((_, index) => `$${index + 1}`).join(', ')

/** Which of `INSERTED_PARAMS` is the user's ID. */
export const USER_ID_PARAM = `$${COLUMNS.indexOf('user_id') + 1}`

/** The first parameter after `INSERTED_PARAMS`. */
export const NEXT_PARAM = `$${COLUMNS.length + 1}`

/** What a `select` names to read a session. */
export const SESSION_COLUMNS = COLUMNS.map((column) => `sessions.${column}`).join(', ')

/** The session in a row of `SESSION_COLUMNS`. */
export function sessionFrom(row: Row): Session {
  return {
    id: text(row, 'id'),
    secretHash: text(row, 'secret_hash'),
    previous: previousFrom(row),
    userId: textOrNull(row, 'user_id'),
    createdAt: integer(row, 'created_at'),
    lastSeenAt: integer(row, 'last_seen_at'),
    expiresAt: integer(row, 'expires_at'),
    authenticatedAt: integerOrNull(row, 'authenticated_at'),
    methods: methodsFrom(text(row, 'methods')),
    clientAddress: textOrNull(row, 'client_address'),
    userAgent: textOrNull(row, 'user_agent'),
    revision: integer(row, 'revision'),
  }
}

/** The values of `INSERTED_COLUMNS`. */
export function sessionParams(session: Session): readonly Param[] {
  return [
    session.id,
    session.secretHash,
    session.previous?.secretHash ?? null,
    session.previous?.authenticatedAt ?? null,
    session.previous?.endsAt ?? null,
    session.userId,
    session.createdAt,
    session.lastSeenAt,
    session.expiresAt,
    session.authenticatedAt,
    session.methods.join(','),
    session.clientAddress,
    session.userAgent,
    session.revision,
  ]
}

/** The secret before the last rotation, in a row that has its columns. */
export function previousFrom(row: Row): PreviousSecret | null {
  const secretHash = textOrNull(row, 'previous_secret_hash')
  if (secretHash === null) return null
  return {
    secretHash,
    authenticatedAt: integerOrNull(row, 'previous_authenticated_at'),
    endsAt: integerOrNull(row, 'previous_ends_at'),
  }
}

function methodsFrom(list: string): readonly Method[] {
  // Only this store writes the column, so what stands in it was a Method then; a newer one means nothing to this code.
  return list === '' ? [] : (list.split(',') as Method[])
}
