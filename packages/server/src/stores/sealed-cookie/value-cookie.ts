import { type CookieAttributes, formatAttributes } from './cookie-attributes.ts'
import { findCookie, setCookie } from './cookie-line.ts'
import { requireValueName } from './cookie-name.ts'
import type { SealedCookies } from './sealed-cookies.ts'

/** A request, of the web's kind (`Request`) or of node:http's and Express' (`IncomingMessage`). */
export interface CookieSource {
  readonly headers: { get(name: string): string | null } | { readonly cookie?: string | undefined }
}

/** One cookie of an application: read from requests, written as lines for the Set-Cookie header. */
export interface ValueCookie {
  readonly name: string
  /**
   * The value that a request carries; null when there is none, when it was not made here, or when two cookies have the name.
   *
   * How old it is nobody knows: whoever kept an earlier one may send it again.
   */
  read(request: CookieSource): string | null
  /**
   * The line that stores a value: append it to the response's `set-cookie` header.
   *
   * @throws CookieTooLarge when the line exceeds 4,096 bytes
   * @throws TypeError when the value is not well-formed text
   */
  write(value: string): string
  /** The line by which the browser forgets the cookie. A copy that somebody kept stays good. */
  remove(): string
}

/**
 * A cookie whose value only this back-end can read or make, bound to its name.
 *
 * @throws TypeError when the name is empty or a session cookie's, or browsers would refuse the attributes
 */
export function privateCookie(cookies: SealedCookies, name: string, attributes: CookieAttributes = {}): ValueCookie {
  const { seal, open } = cookies.private
  return valueCookie(name, attributes, seal, open)
}

/**
 * A cookie whose value anyone can read, and only this back-end can make. The name is not signed: somebody who holds two
 * such cookies can swap them, unless the values say what they are for.
 *
 * @throws TypeError when the name is empty or a session cookie's, or browsers would refuse the attributes
 */
export function signedCookie(cookies: SealedCookies, name: string, attributes: CookieAttributes = {}): ValueCookie {
  const { sign, verify } = cookies.signed
  return valueCookie(name, attributes, sign, verify)
}

function valueCookie(
  name: string,
  attributes: CookieAttributes,
  write: (name: string, value: string) => string,
  read: (name: string, text: string | null) => string | null,
): ValueCookie {
  requireValueName(name)
  const line = formatAttributes(name, attributes)
  // Path, domain and partition are what a browser finds the cookie by: they must be the same to remove it.
  const removal = `Max-Age=0; ${formatAttributes(name, { ...attributes, maxAgeSeconds: undefined })}`
  return {
    name,
    read: (request) => read(name, findCookie(cookieHeader(request), name)),
    write: (value) => setCookie(name, write(name, value), line),
    remove: () => setCookie(name, '', removal),
  }
}

function cookieHeader({ headers }: CookieSource): string | null | undefined {
  return 'get' in headers && typeof headers.get === 'function' ? headers.get('cookie') : cookieOf(headers)
}

function cookieOf(headers: CookieSource['headers']): string | undefined {
  return 'cookie' in headers && typeof headers.cookie === 'string' ? headers.cookie : undefined
}
