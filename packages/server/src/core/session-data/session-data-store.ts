/** A session may have this many keys of data. */
export const MAXIMUM_DATA_KEYS = 64

/** The session whose data are meant, and what it must be to count as alive. */
export interface LiveSession {
  readonly sessionId: string
  /** Its absolute end must lie after this instant. */
  readonly now: number
  /** It must have been used after this instant. */
  readonly idleSince: number
}

/** What an operation answers, or why it did nothing. */
export type DataAnswer<Value, Reason extends string = never> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: 'session-ended' | Reason }

/**
 * Where the data of sessions are kept: JSON text by key. Each operation is one atomic unit, in which it is also tested that
 * the session is alive: of one that has ended, or never was, nothing is read, nothing written, and nothing comes back.
 *
 * `cookie-too-large` is answered only where data are kept in the browser. Throws `StoreUnavailable`, or `Busy`. Keys and JSON are checked by the caller.
 */
export interface SessionDataStore {
  /** The JSON of one key; null when it has none. */
  get(session: LiveSession, key: string): Promise<DataAnswer<string | null>>
  /** The JSON of every key, as of one instant. */
  all(session: LiveSession): Promise<DataAnswer<ReadonlyMap<string, string>>>
  /** Writes one key. `too-many-keys`: the session has `MAXIMUM_DATA_KEYS` others, however many write at once. */
  set(session: LiveSession, key: string, json: string): Promise<DataAnswer<null, 'too-many-keys' | 'cookie-too-large'>>
  /** Deletes one key. False when it was not there. */
  delete(session: LiveSession, key: string): Promise<DataAnswer<boolean>>
  /** Deletes one key and answers what it held: of any number of callers, one gets it. Null when it was not there. */
  take(session: LiveSession, key: string): Promise<DataAnswer<string | null>>
  /**
   * Adds a safe integer to one key and answers the sum; a key that is not there counts as 0. Concurrent ones add up.
   * `not-an-integer`: it holds something else. `out-of-range`: the sum would not be a safe integer.
   */
  increment(
    session: LiveSession,
    key: string,
    by: number,
  ): Promise<DataAnswer<number, 'too-many-keys' | 'cookie-too-large' | 'not-an-integer' | 'out-of-range'>>
}
