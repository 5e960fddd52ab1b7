import type { SessionRefusal } from '../audit/audit-event.ts'
import type { Core } from '../core.ts'
import type { MaybePromise } from '../maybe-promise.ts'
import type { User } from '../user/user.ts'
import { isAlive, ROTATION_GRACE_MS } from './session-policy.ts'
import type { FoundSession } from './session-store.ts'
import { type CachedSession, knownSecret, rememberToken, showUse } from './cached-session.ts'
import { type Instant, instantOf } from './lease.ts'
import { mustRetirePrevious, presentedAs, type PresentedSecret, presentedSecret } from './presented-secret.ts'
import { presentedClaims } from './presented-claims.ts'
import { type TokenClaims, tokenKey } from './session-token.ts'
import type { Session } from './session.ts'

/** A session that may be used now, as it stands for the secret that was presented. */
export interface SignedIn {
  readonly user: User
  readonly session: Session
  /** Of one from memory: a place for what was made of it by those who show it. It goes when anything changes. */
  shown?: unknown
}

/** What a check found: who it is, or why it is nobody. */
export type Check = { readonly ok: true; readonly signedIn: SignedIn } | Refused

/** A refusal, for the audit trail; `sessionId` is known once a token was genuine. */
export interface Refused {
  readonly ok: false
  readonly reason: SessionRefusal
  readonly sessionId: string | null
  /** The session itself where nothing else is against it: it is alive, and nobody has signed in to it. */
  readonly anonymous?: Session
}

type Checking = Pick<Core, 'keys' | 'sealer' | 'store' | 'leased' | 'clock' | 'policy' | 'touches'>

/** How a check may be answered. */
export interface CheckOptions {
  /** Ask the store, whatever is remembered: for what must not wait for the end of a lease. */
  readonly fresh?: boolean | undefined
}

/**
 * Whose session a token is: from memory and at once where that is allowed, else from the store. A token that no key of
 * ours made is refused at once too, without a look into the store.
 *
 * @param cookieName under which the token came: a sealed session is nobody's under another
 * @throws StoreUnavailable when that cannot be known: the caller answers 503, never "signed out"
 * @throws Busy when too many wait for the store
 */
export function checkSession(
  core: Checking,
  token: string,
  { fresh = false }: CheckOptions = {},
  cookieName = '',
): MaybePromise<Check> {
  const known = fresh || core.sealer !== null ? null : checkFromMemory(core, token)
  if (known !== null) return known
  const claims = presentedClaims(core, token, cookieName)
  if (claims === null) return { ok: false, reason: 'malformed-token', sessionId: null }
  const knownSealed = fresh || claims.sealed === undefined ? null : checkSealedFromMemory(core, claims)
  if (knownSealed !== null) return knownSealed
  return checkFromStore(core, token, claims, fresh)
}

/**
 * A check that awaits nothing, and costs one hash: a token whose hash is remembered was verified before. Null when memory
 * alone cannot answer.
 */
function checkFromMemory(core: Checking, token: string): Check | null {
  const key = tokenKey(token)
  // One look at the clocks serves the lease, the entry and the session: nothing is awaited in between.
  const at = instantOf(core.clock)
  const entry = key && core.leased.peek(key.sessionId, at)
  if (!key || !entry) return null
  return answerFromMemory(core, entry, knownSecret(entry, key.tokenHash), at)
}

/** The same of a sealed session: its cookie has been opened, and the entry says what became of it since. */
function checkSealedFromMemory(core: Checking, claims: TokenClaims): Check | null {
  const at = instantOf(core.clock)
  const entry = core.leased.peek(claims.sessionId, at)
  return entry === null ? null : answerFromMemory(core, entry, claimedSecret(claims, entry.found), at)
}

/** Await nothing between the look at the lease and the answer. */
function answerFromMemory(
  core: Checking,
  entry: CachedSession,
  secret: PresentedSecret | null,
  at: Instant,
): Check | null {
  const now = core.clock.nowIfKnown(at)
  if (secret === null || now === null) return null
  const check = judge(core, entry.found.session.id, entry.found, secret, now)
  // A use that another node has seen is not known here: the store is asked before anybody is idle.
  if (!check.ok && check.reason === 'idle') return null
  if (check.ok && mustRetirePrevious(check.signedIn.session, secret)) return null
  core.leased.noteHit(entry)
  return check.ok ? noteUse(core, check.signedIn, now, entry) : check
}

/** The time is read after the store has answered, so a session that ended while the answer was under way is refused. */
async function checkFromStore(core: Checking, token: string, claims: TokenClaims, fresh: boolean): Promise<Check> {
  const { revision } = core.keys
  const read = fresh
    ? { found: await core.store.sessions.find(claims.sessionId, claims.sealed), joined: false }
    : await core.leased.find(claims.sessionId, undefined, claims.sealed)
  let now = await core.clock.now()
  let check = judgeClaims(core, claims, read.found, now)
  if (!check.ok && read.joined) {
    const { found } = await core.leased.find(claims.sessionId, 'alone', claims.sealed)
    now = await core.clock.now()
    check = judgeClaims(core, claims, found, now)
  }
  if (!check.ok) {
    if (check.anonymous) core.touches.record(check.anonymous, now)
    return check
  }
  await retirePrevious(core, claims, check.signedIn.session, now)
  const entry = core.leased.peek(claims.sessionId)
  // What a sealed cookie says is remembered by who opens it.
  const key = claims.sealed === undefined ? tokenKey(token) : null
  const secret = entry && claimedSecret(claims, entry.found)
  // The key that verified the token may be gone by now: then nobody may take it from memory.
  const sameKeys = core.keys.revision === revision
  if (sameKeys && entry !== null && key !== null && secret !== null) rememberToken(entry, secret, key.tokenHash)
  return noteUse(core, check.signedIn, now, entry)
}

/** Notes that the session was used, to be written later, and shows it as used. */
function noteUse(core: Checking, signedIn: SignedIn, now: number, entry: CachedSession | null): Check {
  const { user, session } = signedIn
  // Of a sealed session nobody writes down when it was used.
  if (core.sealer !== null) return { ok: true, signedIn }
  const lastSeenAt = core.touches.record(session, now)
  if (entry !== null) showUse(entry, lastSeenAt)
  if (session.lastSeenAt === lastSeenAt) return { ok: true, signedIn }
  return { ok: true, signedIn: { user, session: { ...session, lastSeenAt } } }
}

function judgeClaims(core: Checking, claims: TokenClaims, found: FoundSession | null, now: number): Check {
  return judge(core, claims.sessionId, found, found && claimedSecret(claims, found), now)
}

/** Which secret of the session these claims have; none, of a sealed session that only shares another user's ID. */
function claimedSecret({ secretHash, sealed }: TokenClaims, { session }: FoundSession): PresentedSecret | null {
  if (sealed !== undefined && sealed.userId !== session.userId) return null
  return presentedSecret(session, secretHash)
}

/** The rules alone: whether what the store holds makes a token with this secret of it good at `now`. */
function judge(
  core: Pick<Core, 'policy'>,
  sessionId: string,
  found: FoundSession | null,
  secret: PresentedSecret | null,
  now: number,
): Check {
  const refuse = (reason: SessionRefusal): Refused => ({ ok: false, reason, sessionId })
  if (found === null) return refuse('unknown-session')
  const session = presentedAs(found.session, secret, now)
  if (session === null) return refuse('wrong-secret')
  if (now >= session.expiresAt) return refuse('expired')
  if (!isAlive(core.policy, session, now)) return refuse('idle')
  // One whose user is gone, by SQL that kept to no foreign key, is not anybody's who comes along.
  if (!hasUser(found)) return session.userId === null ? { ...refuse('no-user'), anonymous: session } : refuse('no-user')
  if (found.user.disabledAt !== null) return refuse('user-disabled')
  // The very object that is remembered, where it can be, with what was made of it.
  return { ok: true, signedIn: session === found.session ? found : { user: found.user, session } }
}

function hasUser(found: FoundSession): found is SignedIn {
  return found.user !== null
}

/**
 * The new secret has arrived: from now the previous one has 30 seconds left. Written before the answer, once a rotation,
 * so that no crash leaves two live secrets.
 */
async function retirePrevious(core: Checking, claims: TokenClaims, session: Session, now: number): Promise<void> {
  if (!mustRetirePrevious(session, presentedSecret(session, claims.secretHash))) return
  await core.store.sessions.retirePreviousSecret(session.id, session.secretHash, now + ROTATION_GRACE_MS)
}
