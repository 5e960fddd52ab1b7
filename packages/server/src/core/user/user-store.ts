import type { Session } from '../session/session.ts'
import type { User } from './user.ts'

/** A new account with all that must come into being together. */
export interface Registration {
  readonly user: User
  /** A PHC string. */
  readonly passwordHash: string
  /** The user's first session; its `userId` is the user's. */
  readonly session: Session
  /** The session that the browser had before: it ends in the same transaction. */
  readonly replaces: string | null
  /** Keys of its data that the first session has from then on, if it was anonymous. None by default. */
  readonly carryOver?: readonly string[]
}

/** Where accounts are kept. Throws `StoreUnavailable`, or `Busy`. */
export interface UserStore {
  /**
   * Creates user, credential and session in one transaction: all, or nothing. Of any number of registrations of one
   * email or one username, exactly one is `created`.
   */
  register(registration: Registration): Promise<'created' | 'email-taken' | 'username-taken' | 'id-exists'>
  find(userId: string): Promise<User | null>
  /** Which of the two is taken, so that a sign-up is refused before a password is hashed. Both in normal form. */
  findTaken(email: string, username: string | null): Promise<'email-taken' | 'username-taken' | null>
  /** Disables the account, ends all its sessions and any sign-in under way. False: no such user. */
  disable(userId: string, now: number): Promise<boolean>
  /** Makes a disabled account usable again; its sessions stay ended. False: no such user. */
  enable(userId: string): Promise<boolean>
}
