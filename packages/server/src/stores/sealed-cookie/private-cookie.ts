import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import { bytesOfBase64, textOf } from './text.ts'

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const OPTIONS = { authTagLength: TAG_BYTES }

/**
 * Encrypts a value for the cookie `name`: base64( nonce[12] ‖ ciphertext ‖ tag[16] ), the name as additional data.
 *
 * @see NIST SP 800-38D, section 8.3: with random nonces, at most 2³² values under one key
 */
export function sealValue(key: KeyObject, name: string, value: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce, OPTIONS).setAAD(Buffer.from(name))
  const ciphertext = cipher.update(value, 'utf8')
  cipher.final()
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString('base64')
}

/** The value that was sealed under this key for the cookie `name`, or null for any other text. */
export function openValue(key: KeyObject, name: string, text: string): string | null {
  const sealed = bytesOfBase64(text)
  if (sealed === null || sealed.byteLength < NONCE_BYTES + TAG_BYTES) return null
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), OPTIONS)
  decipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(-TAG_BYTES))
  const value = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES))
  try {
    decipher.final() // throws unless the tag fits; until then nobody may see the value
  } catch {
    return null
  }
  return textOf(value)
}
