import type { PresentedSecret } from './presented-secret.ts'
import type { Session } from './session.ts'
import type { FoundSession } from './session-store.ts'

/** A session in memory, with what makes a check of it cheap. */
export interface CachedSession {
  /** As the store answered, and as it was used since. One object until that changes, and frozen: many answers share it. */
  found: FoundSession
  /** When the store was asked, by the monotonic clock. */
  readonly readAtMs: number
  /** What it is estimated to take in memory. */
  readonly bytes: number
  /** Whether it was used since it was last its turn to go. */
  used: boolean
  /** Tokens that were found genuine: at most those of the current and of the previous secret. */
  readonly tokens: KnownToken[]
}

/** A token that was verified, known by its hash: it was made by a key of ours, and has this secret of the session. */
export interface KnownToken {
  readonly tokenHash: string
  readonly secret: PresentedSecret
}

/** Objects, map entries and hashes of fixed length; measured by `npm run bench -- memory`. */
const FIXED_BYTES = 1_000
const MOST_TOKENS = 2

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
  const entry = { found, readAtMs, bytes, used: same !== null, tokens: [...(same?.tokens ?? [])] }
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
  entry.found = { user, session: Object.freeze({ ...session, lastSeenAt }) }
}

/** Which secret of the session is in a token that was found genuine before; null for any other token. */
export function knownSecret(entry: CachedSession, tokenHash: string): PresentedSecret | null {
  // Compared as any texts: what its time could tell is a hash, which is no way to the token.
  for (const known of entry.tokens) if (known.tokenHash === tokenHash) return known.secret
  return null
}

/** Remembers that a token is genuine, so that it need not be verified again while the session is in memory. */
export function rememberToken(entry: CachedSession, token: KnownToken): void {
  if (entry.tokens.length < MOST_TOKENS && knownSecret(entry, token.tokenHash) === null) entry.tokens.push(token)
}
