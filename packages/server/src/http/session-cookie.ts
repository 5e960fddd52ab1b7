import type { Relation } from './site.ts'

/** Name and attributes of a session cookie, as both follow from the server's URL and the front-end's. */
export interface SessionCookie {
  readonly name: string
  /** Everything after the value, but for Max-Age. */
  readonly attributes: string
}

/**
 * The session cookie for pages that relate to the server so. Always HttpOnly, Path=/ and without Domain; the `__Host-Http-`
 * prefix makes browsers refuse one that was set by JavaScript, by a sibling domain or without TLS.
 *
 * @see RFC 6265bis, section 4.1.3 (prefixes), 4.1.2.7 (SameSite); CHIPS (Partitioned)
 */
export function sessionCookieFor(url: URL, relation: Relation): SessionCookie {
  if (relation === 'cross-site') {
    return { name: '__Host-Http-session-x', attributes: 'Path=/; HttpOnly; Secure; SameSite=None; Partitioned' }
  }
  if (url.protocol === 'https:') {
    return { name: '__Host-Http-session', attributes: 'Path=/; HttpOnly; Secure; SameSite=Lax' }
  }
  // Cookies know no ports: on localhost, a fixed name would collide with the next project's.
  return { name: `coatcheck-${url.port === '' ? '80' : url.port}`, attributes: 'Path=/; HttpOnly; SameSite=Lax' }
}

/** All values that a Cookie header has under exactly this name, as they came: nothing is unquoted or decoded. */
export function readCookie(header: string | null, name: string): readonly string[] {
  if (header === null) return []
  const prefix = `${name}=`
  const values: string[] = []
  for (let next = 0; next <= header.length;) {
    const semicolon = header.indexOf(';', next)
    let start = next
    let end = semicolon < 0 ? header.length : semicolon
    next = end + 1
    // Spaces and tabs only (RFC 6265): to trim more would let a name that no prefix protects pass for ours.
    while (start < end && isBlank(header.charCodeAt(start))) start += 1
    while (end > start && isBlank(header.charCodeAt(end - 1))) end -= 1
    if (header.startsWith(prefix, start)) values.push(header.slice(start + prefix.length, end))
  }
  return values
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** A Set-Cookie value that keeps the token for `maxAgeSeconds`. */
export function setCookie(cookie: SessionCookie, token: string, maxAgeSeconds: number): string {
  return `${cookie.name}=${token}; Max-Age=${Math.max(0, Math.floor(maxAgeSeconds))}; ${cookie.attributes}`
}

/** A Set-Cookie value that removes the cookie. */
export function removeCookie(cookie: SessionCookie): string {
  return `${cookie.name}=; Max-Age=0; ${cookie.attributes}`
}

/** The cookie with what a visitor keeps who has not signed in, where sessions are sealed. */
export function visitCookieFor({ name, attributes }: SessionCookie): SessionCookie {
  return { name: `${name}-visit`, attributes }
}

/** The cookie with the data of a sealed session, beside the session's own and like it. */
export function dataCookieFor({ name, attributes }: SessionCookie): SessionCookie {
  return { name: `${name}-data`, attributes }
}

/** The doctor's cookie, which browsers treat as they treat the session's; its name is never one of a session. */
export function probeCookieFor({ name, attributes }: SessionCookie): SessionCookie {
  return { name: `${name}-doctor`, attributes }
}
