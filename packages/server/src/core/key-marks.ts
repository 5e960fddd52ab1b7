/** What a database remembers of the keys that signed its sessions: their fingerprints, never a key. */
export interface KeyMarks {
  /** The key that was noted last, or null when none was. Throws `StoreUnavailable`. */
  last(): Promise<string | null>
  /** Notes that this key signs from now on, unless it was noted before. Throws `StoreUnavailable`, or `Busy`. */
  note(fingerprint: string, now: number): Promise<void>
  /** Forgets all keys, and notes this one. Throws `StoreUnavailable`, or `Busy`. */
  reset(fingerprint: string, now: number): Promise<void>
  /** Whether a session, of anybody, has not reached its end. Throws `StoreUnavailable`. */
  anySessionAt(now: number): Promise<boolean>
}
