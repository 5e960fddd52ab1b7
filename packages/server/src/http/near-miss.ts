import type { OriginDifference } from '@coatcheck/client/protocol'
import { isLoopbackHost } from '../core/request-trust/origin.ts'

/** An origin on the list, and what of another is unlike it. */
export interface NearMiss {
  readonly configured: string
  readonly differs: OriginDifference
}

/** The origin on the list that differs from this one in a single thing that people confuse; null when there is none. */
export function nearMiss(origin: string, listed: Iterable<string>): NearMiss | null {
  const page = URL.parse(origin)
  if (page === null) return null
  for (const configured of listed) {
    const differs = difference(page, new URL(configured))
    if (differs !== null) return { configured, differs }
  }
  return null
}

function difference(page: URL, listed: URL): OriginDifference | null {
  const same = {
    scheme: page.protocol === listed.protocol,
    host: page.hostname === listed.hostname,
    port: page.port === listed.port,
  }
  if (same.host && same.port) return same.scheme ? null : 'scheme'
  if (same.host && same.scheme) return 'port'
  if (!same.scheme || !same.port) return null
  if (bare(page.hostname) === bare(listed.hostname)) return 'www'
  return isLoopbackHost(page.hostname) && isLoopbackHost(listed.hostname) ? 'loopback' : null
}

function bare(hostname: string): string {
  return hostname.replace(/^www\./, '')
}
