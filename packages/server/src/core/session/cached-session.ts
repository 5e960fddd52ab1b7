import type { PresentedSecret } from './presented-secret.ts'
import type { Session } from './session.ts'
import type { FoundSession } from './session-store.ts'

/** A session in memory, with what makes a check of it cheap: few objects, so that few of them are far. */
export interface CachedSession {
  /** As the store answered, and as it was used since. */
  found: RememberedSession
  /** When the store was asked, by the monotonic clock. */
  readonly readAtMs: number
  /** What it is estimated to take in memory. */
  readonly bytes: number
  /** Whether it was used since it was last its turn to go. */
  used: boolean
  /** The hash of the token with the current secret, once it was found genuine: made by a key of ours. */
  currentTokenHash: string | null
  /** The same of the previous secret. */
  previousTokenHash: string | null
}

/** One object as long as nothing changes, and its parts frozen: many answers share it. */
export interface RememberedSession extends FoundSession {
  /** See `SignedIn`. */
  shown: unknown
}

/**
 * Objects, map entries and hashes of fixed length, 1.3 kB as measured by `npm run bench -- memory`; and a reply that was made
 * of it.
 */
const FIXED_BYTES = 2_000

/**
 * Puts what the store answered into the form in which it is remembered.
 *
 * @param before what was remembered of this session; of the same secrets, the tokens stay known, and so does its last use
 */
export function cachedSession(found: FoundSession, readAtMs: number, before?: CachedSession): CachedSession {
  const { session, user } = found
  Object.freeze(session.methods)
  Object.freeze(session)
  if (user !== null) Object.freeze(user)
  const texts = [session.clientAddress, session.userAgent, user?.email, user?.username, user?.name]
  const bytes = texts.reduce((sum, text) => sum + 2 * (text?.length ?? 0), FIXED_BYTES)
  const same = before !== undefined && hasSameSecrets(before.found.session, session) ? before : null
  const entry: CachedSession = {
    found: { user, session, shown: null },
    readAtMs,
    bytes,
    used: same !== null,
    currentTokenHash: same?.currentTokenHash ?? null,
    previousTokenHash: same?.previousTokenHash ?? null,
  }
  if (same !== null) showUse(entry, same.found.session.lastSeenAt)
  return entry
}

function hasSameSecrets(left: Session, right: Session): boolean {
  return left.secretHash === right.secretHash && left.previous?.secretHash === right.previous?.secretHash
}

/** Shows a session as used at `lastSeenAt`, if that is later than what is known: the store hears of it in a while. */
export function showUse(entry: CachedSession, lastSeenAt: number): void {
  const { user, session } = entry.found
  if (lastSeenAt <= session.lastSeenAt) return
  entry.found = { user, session: Object.freeze({ ...session, lastSeenAt }), shown: null }
}

/** Which secret of the session is in a token that was found genuine before; null for any other token. */
export function knownSecret(entry: CachedSession, tokenHash: string): PresentedSecret | null {
  // Compared as any texts: what its time could tell is a hash, which is no way to the token.
  if (entry.currentTokenHash === tokenHash) return 'current'
  return entry.previousTokenHash === tokenHash ? 'previous' : null
}

/** Remembers that the token with this secret is genuine, so that it need not be verified again while this is in memory. */
export function rememberToken(entry: CachedSession, secret: PresentedSecret, tokenHash: string): void {
  if (secret === 'current') entry.currentTokenHash = tokenHash
  else entry.previousTokenHash = tokenHash
}
