import type { SessionRefusal } from '../audit/audit-event.ts'
import type { Core } from '../core.ts'
import type { User } from '../user/user.ts'
import { isAlive, ROTATION_GRACE_MS } from './session-policy.ts'
import type { FoundSession } from './session-store.ts'
import { readToken, sameSecretHash, type TokenClaims } from './session-token.ts'
import type { Session } from './session.ts'

/** A session that may be used now, as it stands for the secret that was presented. */
export interface SignedIn {
  readonly user: User
  readonly session: Session
}

/** What a check found: who it is, or why it is nobody. */
export type Check = { readonly ok: true; readonly signedIn: SignedIn } | Refused

/** A refusal, for the audit trail; `sessionId` is known once a token was genuine. */
export interface Refused {
  readonly ok: false
  readonly reason: SessionRefusal
  readonly sessionId: string | null
}

type Checking = Pick<Core, 'keys' | 'store' | 'clock' | 'policy' | 'touches'>

/**
 * Whose session a token is.
 *
 * A token that no key of ours made is refused without a look into the store. The time is read after the store has
 * answered, so a session that ended while the answer was under way is refused.
 *
 * @throws StoreUnavailable when that cannot be known: the caller answers 503, never "signed out"
 */
export async function checkSession(core: Checking, token: string): Promise<Check> {
  const claims = readToken(core.keys, token)
  if (claims === null) return { ok: false, reason: 'malformed-token', sessionId: null }
  const found = await core.store.sessions.find(claims.sessionId)
  const now = await core.clock.now()
  const check = judge(core, claims, found, now)
  if (!check.ok) return check
  const { user, session } = check.signedIn
  await retirePrevious(core, claims, session, now)
  return { ok: true, signedIn: { user, session: { ...session, lastSeenAt: core.touches.record(session, now) } } }
}

/** The rules alone: whether what the store holds makes these claims good at `now`. */
function judge(core: Pick<Core, 'policy'>, claims: TokenClaims, found: FoundSession | null, now: number): Check {
  const refuse = (reason: SessionRefusal): Refused => ({ ok: false, reason, sessionId: claims.sessionId })
  if (found === null) return refuse('unknown-session')
  const session = presentedAs(found.session, claims.secretHash, now)
  if (session === null) return refuse('wrong-secret')
  if (now >= session.expiresAt) return refuse('expired')
  if (!isAlive(core.policy, session, now)) return refuse('idle')
  if (found.user === null) return refuse('no-user')
  if (found.user.disabledAt !== null) return refuse('user-disabled')
  return { ok: true, signedIn: { user: found.user, session } }
}

/** The session with the privilege of the secret presented, or null when that is neither the current nor a live previous one. */
export function presentedAs(session: Session, secretHash: string, now: number): Session | null {
  const { previous } = session
  if (sameSecretHash(session.secretHash, secretHash)) return session
  if (previous === null || !sameSecretHash(previous.secretHash, secretHash)) return null
  if (previous.endsAt !== null && now >= previous.endsAt) return null
  return { ...session, authenticatedAt: previous.authenticatedAt }
}

/**
 * The new secret has arrived: from now the previous one has 30 seconds left. Written before the answer, once a rotation,
 * so that no crash leaves two live secrets.
 */
async function retirePrevious(core: Checking, claims: TokenClaims, session: Session, now: number): Promise<void> {
  const { previous } = session
  if (previous === null || previous.endsAt !== null || !sameSecretHash(session.secretHash, claims.secretHash)) return
  await core.store.sessions.retirePreviousSecret(session.id, session.secretHash, now + ROTATION_GRACE_MS)
}
