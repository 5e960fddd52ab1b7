import type { Diagnosis } from './cause.ts'
import { findCause } from './find-cause.ts'
import type { Observations } from './observations.ts'
import { type DiagnoseOptions, observePage } from './observe-page.ts'

/** What an examination of the page's own way to the server found. */
export interface PageDiagnosis extends Diagnosis {
  /**
   * How a cookie was seen to hold between this page and the server in this browser; null: it was not. Partitioned is the last
   * rung of the ladder, below which only the page's own origin is left: `sameOriginProxy` has the lines.
   */
  readonly rung: 'same-origin' | 'same-site' | 'partitioned' | null
  readonly seen: Observations
}

/**
 * Finds out why this page and a server do not get on. For the page of whoever builds it, not for its visitors: it sends some
 * eight requests, and sets a cookie for a minute that means nothing.
 *
 * What works is tried; nothing is concluded from which browser it is. Never rejects because of what is the matter.
 *
 * @throws TypeError the URL is none
 */
export async function diagnose(options: DiagnoseOptions): Promise<PageDiagnosis> {
  const seen = await observePage(options)
  return { ...findCause(seen), rung: rungOf(seen), seen }
}

function rungOf({ probeReturned, view }: Observations): PageDiagnosis['rung'] {
  if (probeReturned !== true || view === undefined) return null
  const { relation } = view.origin
  return relation === 'cross-site' ? 'partitioned' : relation
}
