import type { Rule } from './cause.ts'
import { sameOriginProxy } from './same-origin-proxy.ts'
import type { Observations } from './observations.ts'
import { command } from './trust-rules.ts'

/** What became of the probe, which is as the session's cookie would be. */
export const cookieRules: readonly Rule[] = [
  {
    cause: 'set-cookie-stripped',
    holds: (seen) => seen.setCookie === null || (wentAstray(seen) && seen.view?.origin.relation !== 'cross-site'),
    words: ({ by }) =>
      by === 'command'
        ? 'The server sets a cookie, and no Set-Cookie arrives: something in between strips it.'
        : 'The server sets a cookie, and it does not come back though this browser keeps cookies: something in between strips Set-Cookie or Cookie.',
    mend: (seen) =>
      `Remove from the proxy: proxy_hide_header Set-Cookie;${seen.by === 'page' ? `   (${command(seen)} tells more)` : ''}`,
  },
  {
    cause: 'same-site-drops',
    holds: (seen) => /^samesite=/i.test(changedAttribute(seen)?.attribute ?? ''),
    words: (seen) =>
      `${wordsOfChange(seen)}: something in between changes its SameSite, and browsers will leave it out.`,
    mend: () => 'Remove from the proxy: proxy_cookie_flags … samesite=…;',
  },
  {
    cause: 'cookie-changed',
    holds: (seen) => changedAttribute(seen) !== null,
    words: (seen) => `${wordsOfChange(seen)}.`,
    mend: () => 'Remove from the proxy: proxy_cookie_flags, proxy_cookie_path, proxy_cookie_domain',
  },
  {
    cause: 'cookie-header-stripped',
    holds: ({ by, probeReturned }) => by === 'command' && probeReturned === false,
    words: () => 'A cookie that is sent does not arrive at the server: something in between strips the Cookie header.',
    mend: () => 'Remove from the proxy: proxy_set_header Cookie "";',
  },
  {
    cause: 'third-party-cookies-blocked',
    holds: wentAstray,
    words: ({ url, page }) =>
      `${page} and ${url} are two sites, and this browser keeps no cookie of another site, not even a Partitioned one. Nothing on the server can change that; one site can.`,
    mend: ({ url, page }) => sameOriginProxy(url, page),
  },
  {
    cause: 'missing-credentials',
    holds: ({ probeReturned, ownFetchSends }) => probeReturned === true && ownFetchSends === false,
    words: () => "The browser has the cookie and the application's own fetch leaves it out.",
    mend: () => "fetch(url, { credentials: 'include' })   (or client.fetch, which does so)",
  },
]

/** Causes of a lost cookie that the page itself shows: asked before those of the way. */
export const browserRules: readonly Rule[] = [
  {
    cause: 'cookies-disabled',
    holds: (seen) => wentAstray(seen) && seen.cookiesEnabled === false,
    words: () => 'This browser keeps no cookies at all, of any site: a setting of its user.',
    mend: () => 'Say on the page: "Allow cookies for this site to sign in."   (no configuration can do it for them)',
  },
  {
    cause: 'same-site-drops',
    holds: (seen) => wentAstray(seen) && seen.framed === true && seen.view?.origin.relation !== 'cross-site',
    words: ({ page }) =>
      `A page of another site shows ${page} in a frame, so the browser leaves the cookie out: it is SameSite=Lax, for pages that are not framed elsewhere.`,
    mend: () => "if (window.top !== window) window.open(location.href)   (sign in on the page's own window)",
  },
]

function wentAstray({ by, probeReturned }: Observations): boolean {
  return by === 'page' && probeReturned === false
}

/** The first attribute that the server gave the probe and that did not arrive, or that arrived besides; null for none. */
function changedAttribute({
  setCookie,
  view,
}: Observations): { readonly attribute: string; readonly lost: boolean } | null {
  if (setCookie === undefined || setCookie === null || view === undefined) return null
  const given = attributesOf(`;${view.cookie.attributes}`)
  const arrived = attributesOf(setCookie).filter((attribute) => !/^max-age=/i.test(attribute))
  const lost = firstBeyond(given, arrived)
  if (lost !== undefined) return { attribute: lost, lost: true }
  const added = firstBeyond(arrived, given)
  return added === undefined ? null : { attribute: added, lost: false }
}

function wordsOfChange(seen: Observations): string {
  const { attribute = '', lost = false } = changedAttribute(seen) ?? {}
  return lost
    ? `The cookie leaves the server with "${attribute}" and arrives without it`
    : `The cookie arrives with "${attribute}", which the server did not give it`
}

/** Browsers read attributes without regard to case. */
function firstBeyond(some: readonly string[], others: readonly string[]): string | undefined {
  const known = new Set(others.map((attribute) => attribute.toLowerCase()))
  return some.find((attribute) => !known.has(attribute.toLowerCase()))
}

function attributesOf(line: string): readonly string[] {
  const [, ...attributes] = line.split(';').map((part) => part.trim())
  return attributes
}
