/** The facts about a request that say whether a page of ours, or nobody's page, sent it. Header values as they came. */
export interface RequestFacts {
  readonly method: string
  readonly origin: string | null
  readonly secFetchSite: string | null
  readonly hasSessionCookie: boolean
}

/** Trusted, or why not: a sentence for the problem's detail. */
export type Trust = { readonly ok: true } | { readonly ok: false; readonly detail: string }

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
const FETCH_SITES = new Set(['same-origin', 'same-site', 'cross-site', 'none'])
const TRUSTED: Trust = { ok: true }

/** Whether a method changes nothing. Our routes keep to it; the application's must too. */
export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.has(method)
}

/**
 * Whether a request may act for the session its cookie carries. One list of origins decides, compared exactly.
 *
 * A safe method may always. Otherwise a present Origin must be on the list, whatever else is said; `null` never is, nor two
 * joined into one. Without an Origin, a browser's own word `same-origin` passes; without that too it is no browser, and
 * passes only if there is no cookie to abuse. Referer is not looked at.
 *
 * @see OWASP CSRF Prevention Cheat Sheet (Fetch Metadata, source origin); W3C Fetch Metadata, section 2.4
 */
export function judgeRequest(facts: RequestFacts, allowedOrigins: ReadonlySet<string>): Trust {
  if (isSafeMethod(facts.method)) return TRUSTED
  if (facts.secFetchSite !== null && !FETCH_SITES.has(facts.secFetchSite)) {
    return refuse('The Sec-Fetch-Site header is not one that a browser sends.')
  }
  if (facts.origin !== null) {
    if (allowedOrigins.has(facts.origin)) return TRUSTED
    return refuse(`The origin ${quote(facts.origin)} is not on this server's list of front-ends.`)
  }
  if (facts.secFetchSite === 'same-origin') return TRUSTED
  if (facts.secFetchSite !== null) return refuse(`A browser sent this ${facts.secFetchSite} request without an origin.`)
  if (!facts.hasSessionCookie) return TRUSTED
  return refuse('A request that changes something with a session cookie must carry an Origin header.')
}

function refuse(detail: string): Trust {
  return { ok: false, detail }
}

/** An attacker's text in our answer: short, and nothing but printable ASCII. */
function quote(text: string): string {
  return JSON.stringify(text.slice(0, 100)).replace(/[^ -~]/g, '?')
}
