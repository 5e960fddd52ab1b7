import { domainToASCII } from 'node:url'

const LONGEST_ADDRESS = 254
const LONGEST_LOCAL_PART = 64
/** RFC 5321's dot-string, with RFC 6531's letters beyond ASCII; no quoted local parts. */
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
/** What may stand in a domain before IDNA: no percent signs, ports or brackets for a URL parser to make something of. */
const DOMAIN_AS_WRITTEN = /^[\p{L}\p{M}\p{N}.。．｡-]+$/u
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * The one form in which an email address is stored, compared and written to: trimmed, NFC, ASCII letters in lower case,
 * the domain as IDNA ASCII. Mail goes to this form only, so two addresses that fold into one are one account.
 *
 * @returns null when it is no address we could write to: not exactly one `@`, a domain without a dot, over 254 characters
 */
export function normaliseEmail(email: string): string | null {
  const parts = email.trim().normalize('NFC').split('@')
  const [local = '', domain = ''] = parts
  if (parts.length !== 2 || !LOCAL_PART.test(local) || !DOMAIN_AS_WRITTEN.test(domain)) return null
  if (Buffer.byteLength(local) > LONGEST_LOCAL_PART) return null
  const asciiDomain = domainToASCII(domain).toLowerCase()
  if (!DOMAIN.test(asciiDomain)) return null
  const address = `${lowerAscii(local)}@${asciiDomain}`
  return address.length > LONGEST_ADDRESS ? null : address
}

/** Only A to Z: beyond ASCII, lower case depends on the language, and folding makes strangers equal. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
