import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { bytesOfBase64 } from './text.ts'

/** 32 bytes in padded base64. */
const SIGNATURE_CHARACTERS = 44

function signatureOf(key: KeyObject, value: string): Buffer {
  return createHmac('sha256', key).update(value, 'utf8').digest()
}

/** Signs a value: base64( HMAC-SHA-256(value) ), 44 characters, and the value after it. */
export function signValue(key: KeyObject, value: string): string {
  return signatureOf(key, value).toString('base64') + value
}

/** The value in a text that `signValue` made under this key, or null for any other text. */
export function verifyValue(key: KeyObject, text: string): string | null {
  const signature = bytesOfBase64(text.slice(0, SIGNATURE_CHARACTERS))
  const value = text.slice(SIGNATURE_CHARACTERS)
  const expected = signatureOf(key, value)
  if (signature?.byteLength !== expected.byteLength) return null
  return timingSafeEqual(signature, expected) ? value : null
}
