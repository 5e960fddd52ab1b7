import type { CredentialStore } from './credential/credential-store.ts'
import type { KeyMarks } from './key-marks.ts'
import type { ChangeFeed } from './session/change-feed.ts'
import type { SessionDataStore } from './session-data/session-data-store.ts'
import type { SessionStore } from './session/session-store.ts'
import type { UserStore } from './user/user-store.ts'

/** How sessions are kept: each a row, or each a cookie, and of it only what ended it. */
export type SessionKeeping = 'stored' | 'sealed'

/** One database behind the stores. Their operations are atomic together where their interfaces say so. */
export interface Store {
  readonly sessions: SessionStore
  readonly data: SessionDataStore
  readonly users: UserStore
  readonly credentials: CredentialStore
  /** Which keys signed the sessions. */
  readonly keyMarks: KeyMarks
  /** Where this node hears what others changed; opened by its first beat. */
  readonly changes: ChangeFeed
  /** The database's own wall clock, in milliseconds since the Unix epoch. Throws `StoreUnavailable`. */
  readTime(): Promise<number>
  /** Resolves when the database can be read and written now. Throws `StoreUnavailable`, or `Busy`. */
  requireReady(): Promise<void>
  /** Finishes what was begun and lets go of files and connections. */
  close(): Promise<void>
}
