import type { User } from '../user/user.ts'
import type { SealedClaims } from './sealed-session.ts'
import type { Session } from './session.ts'

/** A session with the user it belongs to, read by one statement: they never disagree. */
export interface FoundSession {
  readonly session: Session
  readonly user: User | null
}

/** What starting a session asks of the store beyond the record itself. */
export interface CreateOptions {
  /**
   * The credential revision that was verified. The store locks the user, and creates nothing when the revision has moved
   * on or the user is disabled or gone: a sign-in that raced a password change gets no session. Null for an anonymous
   * session.
   */
  readonly credentialRevision: number | null
  /** The session that this one takes the place of in the browser: it ends in the same transaction. */
  readonly replaces: string | null
  /** Keys of its data that the new session has from then on, if the one it replaces is anonymous. None by default. */
  readonly carryOver?: readonly string[]
}

/** One atomic change of a session's secret. */
export interface Rotation {
  readonly sessionId: string
  /** The secret that must still be the current one; otherwise nothing happens. */
  readonly expectedSecretHash: string
  readonly newSecretHash: string
  /** What the new secret is worth; the old one keeps what it had. */
  readonly authenticatedAt: number | null
  /** What the old one has, for a store that keeps no record of it. */
  readonly replacedAuthenticatedAt?: number | null
  readonly now: number
}

/** That a session was used. */
export interface Touch {
  readonly sessionId: string
  readonly seenAt: number
}

/**
 * Where sessions are kept. Time is always an argument. "No such session" is a value; an outage is an exception:
 * every method may throw `StoreUnavailable`, or `Busy`.
 *
 * No operation on a missing session creates one. `testing/store-contract.ts` is this interface's specification.
 */
export interface SessionStore {
  /**
   * Creates the session. Never overwrites: an ID that exists is `id-exists`, and nothing is written. The user's least
   * recently used sessions beyond `MAXIMUM_SESSIONS_PER_USER` end in the same transaction; the new one is never among them.
   */
  create(session: Session, options: CreateOptions): Promise<'created' | 'id-exists' | 'user-changed'>
  /**
   * Finds a session as it stands, expired or not, with its user.
   *
   * @param sealed what its cookie says, where that is all there is of it; a store of rows looks at the ID alone
   */
  find(sessionId: string, sealed?: SealedClaims): Promise<FoundSession | null>
  /** Compare-and-set of the secret. False: another rotation was first, or the session is gone or past its absolute end. */
  rotate(rotation: Rotation): Promise<boolean>
  /**
   * Gives the previous secret its end, once: when `currentSecretHash` is the current secret and the previous one has no
   * end yet. Otherwise nothing happens.
   */
  retirePreviousSecret(sessionId: string, currentSecretHash: string, endsAt: number): Promise<void>
  /** Moves `lastSeenAt` forward, never back, of those sessions that exist. Best effort: may skip what is being changed. */
  touchMany(touches: readonly Touch[]): Promise<void>
  /**
   * Ends a session; with `ownerId`, only if it belongs to that user. False: there was no such session, or, where sessions are
   * sealed, nobody can say whose it is.
   */
  revoke(sessionId: string, ownerId?: string): Promise<boolean>
  /** Ends all sessions of a user, or all but one. Returns how many; null where nobody counts them. */
  revokeByUser(userId: string, exceptSessionId?: string): Promise<number | null>
  /**
   * A user's sessions that are alive: absolute end after `now` and last seen after `idleSince`. Newest first, at most
   * `MAXIMUM_SESSIONS_PER_USER`.
   *
   * @throws SessionsNotListed where sessions are sealed
   */
  listByUser(userId: string, alive: { readonly now: number; readonly idleSince: number }): Promise<readonly Session[]>
  /**
   * Deletes at most `limit` sessions whose absolute end is at or before `now`, or that were last seen at or before
   * `idleSince`; the condition is tested again by the deletion itself. Returns how many.
   */
  deleteExpired(dead: { readonly now: number; readonly idleSince: number }, limit: number): Promise<number>
}
