import type { Core } from '../core/core.ts'
import type { MaybePromise } from '../core/maybe-promise.ts'
import { checkSession, type Check, type CheckOptions, type SignedIn } from '../core/session/check-session.ts'
import type { Session } from '../core/session/session.ts'
import type { RequestView } from './request-facts.ts'

/**
 * Who is signed in by this request's cookie, or null. Two cookies of one name are nobody: either may be an attacker's, and
 * to try them in turn would let the order decide.
 *
 * @throws StoreUnavailable when that cannot be known
 */
export function whoIsIt(core: Core, view: RequestView, options?: CheckOptions): MaybePromise<SignedIn | null> {
  const token = soleToken(core, view)
  if (token === null) return null
  const check = checkSession(core, token, options, view.audience.cookie.name)
  return check instanceof Promise ? check.then((found) => conclude(core, view, found)) : conclude(core, view, check)
}

/**
 * The live session of this request's cookie, whether somebody has signed in to it or not; null when there is none.
 *
 * @throws StoreUnavailable when that cannot be known
 */
export async function findVisit(core: Core, view: RequestView, options?: CheckOptions): Promise<Session | null> {
  const token = soleToken(core, view)
  if (token === null) return null
  const check = await checkSession(core, token, options, view.audience.cookie.name)
  return conclude(core, view, check)?.session ?? (check.ok ? null : (check.anonymous ?? null))
}

/** The ID of that session: what a sign-in takes the place of. Asks the store. @throws StoreUnavailable, Busy */
export async function findReplaced(core: Core, view: RequestView): Promise<string | null> {
  return (await findVisit(core, view, { fresh: true }))?.id ?? null
}

function soleToken(core: Core, view: RequestView): string | null {
  const [token, second] = view.tokens
  if (second === undefined) return token ?? null
  core.audit.record({ type: 'session.refused', reason: 'duplicate-cookie', sessionId: null }, view.source)
  return null
}

function conclude(core: Core, view: RequestView, check: Check): SignedIn | null {
  if (check.ok) return check.signedIn
  // A visitor who has not signed in is nobody, and nothing to be told of.
  if (check.anonymous) return null
  core.audit.record({ type: 'session.refused', reason: check.reason, sessionId: check.sessionId }, view.source)
  return null
}
