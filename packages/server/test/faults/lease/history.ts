/** What a node said of a session. `broken` is any answer that a check must never get: a 500, say. */
export type Answer = 'valid' | 'signed-out' | 'unavailable' | 'broken'

/** One check, by the driver's monotonic clock in milliseconds. */
export interface Check {
  readonly node: string
  readonly session: string
  /** Just before the request was written. */
  readonly start: number
  /** When the whole answer had arrived, or it was clear that none would. */
  readonly end: number
  readonly answer: Answer
}

/** One attempt to end sessions: a request to a node, or SQL typed by somebody (`node` is null). */
export interface Revocation {
  /** In what way; only for the report. */
  readonly how: string
  readonly node: string | null
  /** All that it may end. */
  readonly sessions: readonly string[]
  readonly start: number
  /** When the whole acknowledgement had arrived; null as long as there is none. */
  ackedAt: number | null
}

/** All that the driver did and was told. */
export interface History {
  readonly checks: Check[]
  readonly revocations: Revocation[]
}

/** A history in which nothing has happened yet. */
export function emptyHistory(): History {
  return { checks: [], revocations: [] }
}
