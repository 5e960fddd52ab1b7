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
export function whoIsIt(
  core: Core,
  { tokens, source }: RequestView,
  options?: CheckOptions,
): MaybePromise<SignedIn | null> {
  const [token, ...others] = tokens
  if (token === undefined) return null
  if (others.length > 0) {
    core.audit.record({ type: 'session.refused', reason: 'duplicate-cookie', sessionId: null }, source)
    return null
  }
  const signedIn = (check: Check): SignedIn | null => {
    if (check.ok) return check.signedIn
    core.audit.record({ type: 'session.refused', reason: check.reason, sessionId: check.sessionId }, source)
    return null
  }
  const check = checkSession(core, token, options)
  return check instanceof Promise ? check.then(signedIn) : signedIn(check)
}
