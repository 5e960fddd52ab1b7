import { CookieTooLarge, LIMIT_BYTES } from './cookie-too-large.ts'
import { percentDecode, percentEncode } from './text.ts'

/**
 * A Set-Cookie header value, with name and text percent-encoded as by the crate's `.encoded()`.
 *
 * @param text        of `seal` or `sign`, not yet encoded
 * @param attributes  the rest of the line; must be printable ASCII
 * @throws CookieTooLarge when the whole line exceeds 4,096 bytes; browsers would drop it without a word
 * @throws TypeError when the name is empty, an argument is not well-formed, or the attributes hold something else
 */
export function setCookie(name: string, text: string, attributes = 'Path=/; HttpOnly; Secure; SameSite=Lax'): string {
  if (name === '' || !name.isWellFormed() || !text.isWellFormed()) {
    throw new TypeError("A cookie's name and text must be well-formed strings, and the name not empty.")
  }
  if (!/^[\x20-\x7e]*$/.test(attributes)) throw new TypeError("A cookie's attributes must be printable ASCII.")
  const line = `${percentEncode(name)}=${percentEncode(text)}${attributes === '' ? '' : `; ${attributes}`}`
  if (line.length > LIMIT_BYTES) throw new CookieTooLarge(name, line.length)
  return line
}

/**
 * Finds a cookie in a request's Cookie header by its name, which is compared percent-decoded.
 *
 * A name that begins with `__` must arrive as it is: were `%5F_Host-cart` to pass for `__Host-cart`, what browsers
 * promise of that prefix would be worth nothing.
 *
 * @returns the text as it came, for `open` or `verify`; null when there is none, or when there are several of that
 *   name, since nobody can tell which is ours
 */
export function findCookie(header: string | null | undefined, name: string): string | null {
  const found: string[] = []
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=')
    if (equals < 0) continue
    const arrived = trim(pair.slice(0, equals))
    const matches = name.startsWith('__') ? arrived === percentEncode(name) : percentDecode(arrived) === name
    if (matches) found.push(trim(pair.slice(equals + 1)))
  }
  return found.length === 1 ? (found[0] ?? null) : null
}

/** Without spaces and tabs around it, and only these (RFC 6265, 5.2). By hand: the regular expression is quadratic. */
function trim(text: string): string {
  const isBlank = (at: number): boolean => text[at] === ' ' || text[at] === '\t'
  let start = 0
  let end = text.length
  while (start < end && isBlank(start)) start += 1
  while (end > start && isBlank(end - 1)) end -= 1
  return text.slice(start, end)
}
