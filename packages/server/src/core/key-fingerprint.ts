import { hkdfSync } from 'node:crypto'

const FINGERPRINT_BYTES = 8

/**
 * A name for a key that people may see, log and compare: 16 hexadecimal digits, from which nothing of the key follows.
 *
 * @param key at least 32 random bytes
 * @see RFC 5869 (HKDF), with SHA-256, an empty salt, and a label of its own as info
 */
export function keyFingerprint(key: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', key, '', 'coatcheck/v1/fingerprint', FINGERPRINT_BYTES)).toString('hex')
}
