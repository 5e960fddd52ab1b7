import { Busy, ConfigurationError, StoreUnavailable } from '../../core/errors.ts'
import type { UnitProgress } from './unit-query.ts'

const QUERY_CANCELED = '57014'

/** The SQLSTATE of an error that the server sent, or null for one of the connection's. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null
  // Node's own codes (ECONNRESET, …) are longer or shorter, never exactly five of these.
  return /^[0-9A-Z]{5}$/.test(error.code) && 'severity' in error ? error.code : null
}

/** Whether it was the connection that failed, or the server ended it: another connection may do. */
export function isConnectionFailure(error: unknown): boolean {
  if (error instanceof StoreUnavailable || error instanceof Busy || error instanceof ConfigurationError) return false
  const state = sqlState(error)
  return state === null ? !(error instanceof Error && /timeout/i.test(error.message)) : state.startsWith('57P')
}

/** serialization_failure, deadlock_detected: the server undid everything, and the same unit may succeed now. */
export function isWorthAnotherTry(error: unknown): boolean {
  const state = sqlState(error)
  return state === '40001' || state === '40P01'
}

/**
 * Whether an error proves that a unit wrote nothing. A broken connection proves nothing, once the unit was sent. An
 * error that the server answers does, except where the server may have been interrupted behind the commit (class 57),
 * has crashed (58, XX), does not know itself (40003), or where a pooler between us may be speaking (08). A statement
 * that was cancelled for taking too long (57014) is certain as long as the commit behind it had not begun.
 */
export function provesNothingWritten(error: unknown, progress: UnitProgress): boolean {
  const state = sqlState(error)
  if (progress === 'not-sent' || (progress === 'running' && state === QUERY_CANCELED)) return true
  return state !== null && !/^(?:08|57|58|XX|40003)/.test(state)
}

/** A failure for callers: opaque, with the driver's error as its cause. */
export function unavailable(outcome: 'nothing-written' | 'unknown', cause: unknown): StoreUnavailable {
  if (cause instanceof StoreUnavailable) return cause
  const message = outcome === 'unknown' ? 'The database did not confirm the write.' : 'The database could not be used.'
  return new StoreUnavailable(message, { outcome, cause })
}

/** What went wrong when the store was opened: a setting that cannot work, or a database that is not there now. */
export function openingFailure(error: unknown): Error {
  if (error instanceof ConfigurationError || error instanceof StoreUnavailable) return error
  const sentence = SENTENCES[sqlState(error) ?? '']
  if (sentence) return new ConfigurationError(`COATCHECK_DATABASE: ${sentence}`, { cause: error })
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
  // What the driver and the server say names users, databases and tables, never the password.
  const what = isUnreachable(error)
    ? 'PostgreSQL does not answer at the host and port of the URL'
    : `PostgreSQL refused: ${error instanceof Error ? error.message : String(error)}`
  return new StoreUnavailable(`COATCHECK_DATABASE: ${what}${code}.`, { outcome: 'nothing-written', cause: error })
}

/** Whether nobody was there to refuse: the network said so, or nobody said anything in time. */
function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error) return NOBODY_THERE.has(String(error.code))
  return /timeout/i.test(error.message)
}

const NOBODY_THERE = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
])

/** What is wrong with a pooler that shares connections between transactions; the end of a sentence. */
export const POOLER =
  'a pooler between Coatcheck and PostgreSQL (pgbouncer?) does not pass on the settings of a connection. Name PostgreSQL ' +
  'itself: Coatcheck keeps a small pool of its own, and its change feed must stay on one connection.'

const SENTENCES: Readonly<Record<string, string>> = {
  '08P01': POOLER,
  '28000': 'PostgreSQL refuses this user; look at the user in the URL, and at pg_hba.conf.',
  '28P01': 'PostgreSQL refuses this password; look at the user and the password in the URL.',
  '3D000': 'PostgreSQL has no database of this name; create it, or correct the URL.',
  '42501': 'this user lacks a right in the database: to create the schema coatcheck, or to use its tables.',
}
