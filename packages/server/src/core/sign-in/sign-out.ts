import type { AuditSource } from '../audit/audit-log.ts'
import type { Core } from '../core.ts'
import { presentedAs, presentedSecret } from '../session/presented-secret.ts'
import { presentedClaims } from '../session/presented-claims.ts'

/**
 * Signs out: ends every session whose token is presented. Without one there is nothing to end, and that is no error.
 *
 * A session that a check would refuse, as idle for example, is ended too: a use of it that another node has noted and not
 * yet written could make it good again.
 *
 * @param tokens all that came under the session cookie's name; one, unless somebody tossed another in
 * @param cookieName that name
 * @throws StoreUnavailable the user must be told to try again, and keeps the cookie to do it with
 * @throws Busy the same; nothing was ended
 */
export async function signOut(
  core: Pick<Core, 'keys' | 'sealer' | 'store' | 'hasDatabase' | 'leased' | 'clock' | 'audit'>,
  tokens: readonly string[],
  source: AuditSource,
  cookieName = '',
): Promise<void> {
  for (const token of tokens) {
    const claims = presentedClaims(core, token, cookieName)
    const found = claims === null ? null : await core.store.sessions.find(claims.sessionId, claims.sealed)
    if (claims === null || found === null) continue
    // Another node may have changed it, and the answer given here must hold here: memory is not asked again.
    core.leased.forget({ kind: 'session', id: claims.sessionId })
    const secret = presentedSecret(found.session, claims.secretHash)
    if (presentedAs(found.session, secret, await core.clock.now()) === null) continue
    // Without a database only the browser forgets: a copy of the cookie stays good until its end.
    if (core.hasDatabase && (await core.store.sessions.revoke(claims.sessionId))) {
      core.audit.record({ type: 'session.revoked', sessionId: claims.sessionId, by: 'sign-out' }, source)
    }
  }
}
