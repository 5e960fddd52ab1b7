import type { AuditSource } from '../audit/audit-log.ts'
import type { Core } from '../core.ts'
import { checkSession } from '../session/check-session.ts'

/**
 * Signs out: ends every session whose token is presented. Without a live one there is nothing to end, and that is no error.
 *
 * @param tokens all that came under the session cookie's name; one, unless somebody tossed another in
 * @throws StoreUnavailable the user must be told to try again, and keeps the cookie to do it with
 */
export async function signOut(core: Core, tokens: readonly string[], source: AuditSource): Promise<void> {
  for (const token of tokens) {
    const check = await checkSession(core, token)
    if (!check.ok) continue
    const sessionId = check.signedIn.session.id
    if (await core.store.sessions.revoke(sessionId)) {
      core.audit.record({ type: 'session.revoked', sessionId, by: 'sign-out' }, source)
    }
  }
}
