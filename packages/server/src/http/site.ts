import { getDomain } from 'tldts'

/** How a page relates to this server, as browsers see it: what decides whether they send a cookie. */
export type Relation = 'same-origin' | 'same-site' | 'cross-site'

/**
 * How a page of `origin` relates to the server at `url`, by scheme and registrable domain of the public suffix list, private
 * suffixes included: two projects under one hosting domain are two sites. Anything that is no origin is another site.
 *
 * @see HTML Standard, "schemelessly same site"; RFC 6265bis, section 5.2 (schemeful)
 */
export function relationOf(origin: string, url: URL): Relation {
  if (origin === url.origin) return 'same-origin'
  const page = URL.parse(origin)
  if (page === null || page.origin !== origin || page.protocol !== url.protocol) return 'cross-site'
  return siteOf(page.hostname) === siteOf(url.hostname) ? 'same-site' : 'cross-site'
}

/** The registrable domain, or the host itself where there is none: an IP address, localhost, a public suffix. */
function siteOf(hostname: string): string {
  return getDomain(hostname, { allowPrivateDomains: true }) ?? hostname
}
