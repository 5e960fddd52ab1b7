import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

/** Bytes of the key for each use; a whole key is one for signing and then one for encryption. */
const PART_BYTES = 32
const KEY_BYTES = 2 * PART_BYTES
const MINIMUM_SECRET_BYTES = 32
const INFO = 'COOKIE;SIGNED:HMAC-SHA256;PRIVATE:AEAD-AES-256-GCM'

/** One key of the ring, ready for use. */
export interface CookieKey {
  readonly signing: KeyObject
  readonly encryption: KeyObject
}

/**
 * Divides key material as the crate does: bytes 0 to 31 sign, 32 to 63 encrypt, what follows is not used.
 *
 * @param material  at least 64 random bytes; copied, so that the caller may overwrite them
 * @param position  in the key ring, from 1, for the message
 * @throws TypeError when it is no Uint8Array, or a shorter one
 */
export function importKey(material: Uint8Array, position: number): CookieKey {
  requireBytes(material, KEY_BYTES, `Key ${position} of the sealed cookies`, ', or deriveFrom(secret)')
  return {
    signing: createSecretKey(material.subarray(0, PART_BYTES)),
    encryption: createSecretKey(material.subarray(PART_BYTES, KEY_BYTES)),
  }
}

/**
 * Makes the 64 bytes of a key from a shorter secret, as `Key::derive_from` does.
 *
 * The secret must be random: this spreads its strength over two keys, and adds none. A password is no secret.
 *
 * @param secret  at least 32 random bytes
 * @returns 64 bytes for `sealedCookies({ keys: […] })`
 * @throws TypeError when the secret is no Uint8Array, or a shorter one
 * @see RFC 5869, section 2.3: HKDF-Expand with SHA-256, without the Extract step before it
 */
export function deriveFrom(secret: Uint8Array): Uint8Array {
  requireBytes(secret, MINIMUM_SECRET_BYTES, 'The secret of sealed cookies')
  const key = createSecretKey(secret)
  const expand = (before: Uint8Array, counter: number): Buffer =>
    createHmac('sha256', key).update(before).update(INFO).update(Uint8Array.of(counter)).digest()
  const first = expand(new Uint8Array(), 1)
  return new Uint8Array(Buffer.concat([first, expand(first, 2)]))
}

function requireBytes(value: unknown, least: number, what: string, or = ''): asserts value is Uint8Array {
  const given = value instanceof Uint8Array ? `${value.byteLength} bytes` : `a ${typeof value}`
  if (!(value instanceof Uint8Array) || value.byteLength < least) {
    throw new TypeError(`${what} must be a Uint8Array of at least ${least} random bytes${or}; this is ${given}.`)
  }
}
