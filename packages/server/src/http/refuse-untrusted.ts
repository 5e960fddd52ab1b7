import type { Core } from '../core/core.ts'
import { problem, type ProblemReply } from './problem.ts'
import type { RequestView } from './request-facts.ts'

/**
 * The refusal of a request that may not act for the session its cookie carries, told to the audit log; null when it may.
 *
 * @param pathOf the path for the log; asked only when there is something to tell, as it costs a URL to be parsed
 */
export function refuseUntrusted(
  core: Pick<Core, 'audit'>,
  view: RequestView,
  pathOf: () => string,
): ProblemReply | null {
  const { trust } = view
  if (trust.ok) return null
  const path = pathOf()
  core.audit.record({ type: 'request.refused', code: 'origin-not-allowed', path, detail: trust.detail }, view.source)
  return problem('origin-not-allowed', { detail: trust.detail })
}
