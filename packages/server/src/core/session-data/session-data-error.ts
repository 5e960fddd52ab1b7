import type { SchemaIssue } from './standard-schema.ts'

/**
 * Why an operation on session data was refused. Nothing was written.
 *
 * - `session-ended`: it was revoked, replaced by a sign-in, or has come to its time. Nothing brings it back.
 * - `replaced`: the request itself has signed somebody in or out since; its data are over.
 * - `origin-not-allowed`: the request may not act for the session that its cookie carries.
 * - `duplicate-cookie`: two cookies came under the session's name, or that of its data, and either may be an attacker's.
 * - `unknown-key`: `data.schema` has no such key.
 * - `not-json`, `value-too-large`: the value cannot be kept.
 * - `invalid-value`: the key's schema refuses it; `issues` says why. When reading: what is stored fits no longer.
 * - `too-many-keys`: the session has 64 others.
 * - `cookie-too-large`: of a sealed session, the cookie of its data would exceed the 4,096 bytes that browsers keep.
 * - `answered`: of a sealed session, the answer that would carry the cookie of its data was built already.
 * - `not-an-integer`, `out-of-range`: what is stored cannot be counted with, or the sum is beyond ±(2^53 − 1).
 */
export type SessionDataCode =
  | 'session-ended'
  | 'replaced'
  | 'origin-not-allowed'
  | 'duplicate-cookie'
  | 'unknown-key'
  | 'not-json'
  | 'value-too-large'
  | 'invalid-value'
  | 'too-many-keys'
  | 'cookie-too-large'
  | 'answered'
  | 'not-an-integer'
  | 'out-of-range'

/** An operation on session data that was refused, and changed nothing. Its message has the key, never a value. */
export class SessionDataError extends Error {
  override readonly name = 'SessionDataError'
  readonly code: SessionDataCode
  /** What a schema has against a value, for `invalid-value`. */
  readonly issues: readonly SchemaIssue[]

  constructor(code: SessionDataCode, message: string, issues: readonly SchemaIssue[] = []) {
    super(message)
    this.code = code
    this.issues = issues
  }
}

/** Whether a failure says that the session which was used has ended meanwhile. */
export function isSessionEnded(failure: unknown): boolean {
  return failure instanceof SessionDataError && failure.code === 'session-ended'
}
