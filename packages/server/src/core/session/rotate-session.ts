import type { AuditSource } from '../audit/audit-log.ts'
import type { Core } from '../core.ts'
import { newId } from '../random.ts'
import { checkSession } from './check-session.ts'
import { presentedClaims } from './presented-claims.ts'
import { mintToken, type TokenClaims } from './session-token.ts'

/**
 * Rotates a session's secret and keeps its ID, user and data. Done when privilege grows: the user has just proved again
 * who they are.
 *
 * The previous secret stays valid until the new one is first presented, then 30 seconds more, so that parallel requests of
 * one page, or a lost answer, sign nobody out. It keeps the privilege it had, no more.
 *
 * @param token  as it came in the cookie
 * @param authenticatedAt  what the new secret is worth: when the user proved it; undefined keeps the session's own
 * @param cookieName  under which the token came, and the new one goes out
 * @returns the new token with the session's absolute end, which stays; or null when the token is not a live session's current one, another request rotating first included
 * @throws StoreUnavailable the outcome is unknown: the rotation may have happened, and then the old token still works
 * @see OWASP Session Management Cheat Sheet, "Renew the session ID after any privilege level change"; ASVS 5.0 v5.0.0-7.2.4
 */
export async function rotateSession(
  core: Pick<Core, 'keys' | 'sealer' | 'random' | 'store' | 'leased' | 'clock' | 'policy' | 'touches' | 'audit'>,
  token: string,
  source: AuditSource,
  authenticatedAt?: number,
  cookieName = '',
): Promise<{ readonly token: string; readonly expiresAt: number } | null> {
  const claims = presentedClaims(core, token, cookieName)
  const check = await checkSession(core, token, { fresh: true }, cookieName)
  if (claims === null || !check.ok) return null
  const { session } = check.signedIn
  const worth = authenticatedAt ?? session.authenticatedAt
  const minted = renewed(core, claims, worth, cookieName)
  const rotated = await core.store.sessions.rotate({
    sessionId: session.id,
    expectedSecretHash: claims.secretHash,
    newSecretHash: minted.secretHash,
    authenticatedAt: worth,
    replacedAuthenticatedAt: session.authenticatedAt,
    now: await core.clock.now(),
  })
  if (!rotated) return null
  core.audit.record({ type: 'session.rotated', userId: session.userId, sessionId: session.id }, source)
  return { token: minted.token, expiresAt: session.expiresAt }
}

/** A new secret for the session: in a token of its own, or in a cookie that says the same as before. */
function renewed(
  core: Pick<Core, 'keys' | 'sealer' | 'random'>,
  { sessionId, sealed }: TokenClaims,
  worth: number | null,
  cookieName: string,
): { readonly token: string; readonly secretHash: string } {
  if (core.sealer === null || sealed === undefined) return mintToken(core.keys, core.random, sessionId)
  const mark = newId(core.random)
  const claims = { ...sealed, mark, authenticatedAt: worth ?? sealed.authenticatedAt }
  return { token: core.sealer.seal(cookieName, claims), secretHash: mark }
}
