import type { SignedOutReason } from '@coatcheck/client/protocol'
import type { SessionRefusal } from '../core/audit/audit-event.ts'
import type { Core } from '../core/core.ts'
import { checkSession } from '../core/session/check-session.ts'
import type { FrontEnds } from './front-ends.ts'
import type { RequestView } from './request-facts.ts'

const REASONS: Readonly<Record<SessionRefusal, SignedOutReason>> = {
  'malformed-token': 'unknown-token',
  'duplicate-cookie': 'duplicate-cookie',
  'unknown-session': 'revoked',
  'wrong-secret': 'superseded',
  expired: 'expired',
  idle: 'idle',
  'user-disabled': 'user-disabled',
  'no-user': 'anonymous',
}

/**
 * Why a request whose check has just found nobody found nobody; undefined when somebody has signed in meanwhile. It judges
 * again, so that the check itself, which production shares, has nothing to remember.
 *
 * For development only: whoever holds a cookie could learn from it what became of a session.
 *
 * @throws StoreUnavailable, Busy
 */
export async function signedOutReason(
  core: Core,
  frontEnds: FrontEnds,
  { audience, tokens }: Pick<RequestView, 'audience' | 'tokens'>,
): Promise<SignedOutReason | undefined> {
  if (frontEnds.isStranger(audience)) return 'origin-not-allowed'
  const [token, second] = tokens
  if (token === undefined) return 'no-cookie'
  if (second !== undefined) return 'duplicate-cookie'
  const check = await checkSession(core, token, {}, audience.cookie.name)
  return check.ok ? undefined : REASONS[check.reason]
}
