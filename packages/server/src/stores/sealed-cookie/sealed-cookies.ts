import type { KeyObject } from 'node:crypto'
import { importKey } from './cookie-key.ts'
import { requireValueName } from './cookie-name.ts'
import { CookieTooLarge, LIMIT_BYTES } from './cookie-too-large.ts'
import { openValue, sealValue } from './private-cookie.ts'
import { signValue, verifyValue } from './signed-cookie.ts'
import { percentDecode } from './text.ts'

/** What `sealedCookies` needs. */
export interface SealedCookiesOptions {
  /**
   * The key ring, at least one: the first writes, all read. Each is 64 random bytes, or comes from `deriveFrom`. Use
   * keys of their own here, never the server's session keys.
   */
  readonly keys: readonly Uint8Array[]
}

/** Cookies that only holders of a key can read or make. */
export interface PrivateCookies {
  /**
   * Encrypts a value for the cookie `name`, which becomes a part of it: moved to another name, it does not open.
   * One key may seal 2³² values; put a new one in front long before.
   *
   * @returns the cookie's text, base64, for `setCookie`
   * @throws CookieTooLarge when name and text alone exceed 4,096 bytes
   * @throws TypeError when the name is empty or a session cookie's, or either argument is not well-formed text
   */
  seal(name: string, value: string): string
  /**
   * Opens a cookie's text as it came from the browser, percent-encoded or not.
   *
   * @param name  as it was given to `seal`, never percent-encoded
   * @returns the value, or null, always the same null, for whatever no key of the ring sealed for this name
   */
  open(name: string, text: string | null | undefined): string | null
}

/** Cookies that anyone can read and only holders of a key can make. */
export interface SignedCookies {
  /**
   * Signs a value. The name is not signed, as it is not by the crate: whoever holds two signed cookies can swap them.
   *
   * @param name  counts for the limit only
   * @returns the cookie's text, 44 characters of base64 and then the value as it is, for `setCookie`
   * @throws CookieTooLarge when name and text alone exceed 4,096 bytes
   * @throws TypeError when the name is empty or a session cookie's, or either argument is not well-formed text
   */
  sign(name: string, value: string): string
  /**
   * Verifies a cookie's text as it came from the browser, percent-encoded or not.
   *
   * @param name  makes no difference
   * @returns the value, or null, always the same null, for whatever no key of the ring signed
   */
  verify(name: string, text: string | null | undefined): string | null
}

/** Both jars over one key ring. */
export interface SealedCookies {
  readonly private: PrivateCookies
  readonly signed: SignedCookies
}

/**
 * Makes private and signed cookies that Rust's `cookie` crate reads, and reads those that it makes.
 *
 * @throws TypeError when there is no key, or one is too short
 * @see docs/adr/0010-sealed-cookie-format.md
 */
export function sealedCookies({ keys }: SealedCookiesOptions): SealedCookies {
  const ring = keys.map((material, index) => importKey(material, index + 1))
  const [current] = ring
  if (current === undefined) throw new TypeError('Sealed cookies need at least one key.')
  const encryption = ring.map((key) => key.encryption)
  const signing = ring.map((key) => key.signing)
  return {
    private: {
      seal: (name, value) => write(name, value, () => sealValue(current.encryption, name, value)),
      open: (name, text) => read(encryption, name, text, (key, spelling) => openValue(key, name, spelling)),
    },
    signed: {
      sign: (name, value) => write(name, value, () => signValue(current.signing, value)),
      verify: (name, text) => read(signing, name, text, verifyValue),
    },
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed()
}

function write(name: string, value: string, make: () => string): string {
  // A lone surrogate has no bytes: it would be written as another character, and come back as that.
  if (!isText(name) || !isText(value)) throw new TypeError("A cookie's name and value must be well-formed strings.")
  requireValueName(name)
  const text = make()
  const bytes = Buffer.byteLength(name) + '='.length + Buffer.byteLength(text)
  if (bytes > LIMIT_BYTES) throw new CookieTooLarge(name, bytes)
  return text
}

/**
 * The value in `text` under the first key that accepts it, as it is or percent-decoded.
 *
 * Both are tried, since a signed value may itself hold a `%`. What is returned was signed or sealed in either case.
 */
function read(
  keys: readonly KeyObject[],
  name: unknown,
  text: unknown,
  readWith: (key: KeyObject, spelling: string) => string | null,
): string | null {
  // No browser keeps a longer one, so that a longer one costs nothing here.
  if (!isText(name) || typeof text !== 'string' || text.length > LIMIT_BYTES || !text.isWellFormed()) return null
  const decoded = percentDecode(text)
  for (const spelling of decoded === null || decoded === text ? [text] : [text, decoded]) {
    for (const key of keys) {
      const value = readWith(key, spelling)
      if (value !== null) return value
    }
  }
  return null
}
