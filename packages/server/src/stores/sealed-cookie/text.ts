/** The forms that bytes take on their way through a cookie, each read in exactly the spelling that the crate writes. */

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of these bytes, a byte order mark included; null when they are not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes)
  } catch {
    return null
  }
}

/**
 * Reads canonical base64: the standard alphabet, padded, no spare bits, nothing besides. Null for anything else.
 *
 * Node's decoder forgives all of that, so its answer counts only if it encodes back to the very same text.
 */
export function bytesOfBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

const PERCENT = 0x25
const ENCODED = new Set(Buffer.from(' "<>`#?{}/:;=@[\\]^|%(),'))

/** Encodes as the crate's `.encoded()` does: UTF-8, with controls and what a cookie can't hold as `%` and two digits. */
export function percentEncode(text: string): string {
  let encoded = ''
  for (const byte of Buffer.from(text)) {
    const plain = byte > 0x1f && byte < 0x7f && !ENCODED.has(byte)
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/**
 * Decodes as the crate's `parse_encoded` does: a `%` without two hexadecimal digits after it stays as it is.
 *
 * @returns null when what comes out is not UTF-8
 */
export function percentDecode(text: string): string | null {
  if (!text.includes('%')) return text
  const source = Buffer.from(text)
  const decoded = Buffer.allocUnsafe(source.byteLength)
  let length = 0
  for (let at = 0; at < source.byteLength; at += 1) {
    const byte = source[at] ?? 0
    const high = byte === PERCENT ? hexDigit(source[at + 1]) : -1
    const low = high < 0 ? -1 : hexDigit(source[at + 2])
    decoded[length] = low < 0 ? byte : high * 16 + low
    length += 1
    if (low >= 0) at += 2
  }
  return textOf(decoded.subarray(0, length))
}
