import type { Core } from '../core/core.ts'
import type { MaybePromise } from '../core/maybe-promise.ts'
import { checkSession, type Check, type CheckOptions, type SignedIn } from '../core/session/check-session.ts'
import type { RequestView } from './request-facts.ts'

/**
 * Who is signed in by this request's cookie, or null. Two cookies of one name are nobody: either may be an attacker's, and
 * to try them in turn would let the order decide.
 *
 * @throws StoreUnavailable when that cannot be known
 */
export function whoIsIt(core: Core, view: RequestView, options?: CheckOptions): MaybePromise<SignedIn | null> {
  const [token, second] = view.tokens
  if (token === undefined) return null
  if (second !== undefined) {
    core.audit.record({ type: 'session.refused', reason: 'duplicate-cookie', sessionId: null }, view.source)
    return null
  }
  const check = checkSession(core, token, options)
  return check instanceof Promise ? check.then((found) => conclude(core, view, found)) : conclude(core, view, check)
}

function conclude(core: Core, view: RequestView, check: Check): SignedIn | null {
  if (check.ok) return check.signedIn
  core.audit.record({ type: 'session.refused', reason: check.reason, sessionId: check.sessionId }, view.source)
  return null
}
