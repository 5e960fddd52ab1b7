import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { KeyUse } from '../../core/key-ring.ts'
import type { SessionSealer } from '../../core/session/session-sealer.ts'
import { openValue, sealValue } from './private-cookie.ts'

/** No browser keeps a longer cookie, so that a longer one costs nothing here. */
const LONGEST = 4_096
const USE: KeyUse = 'sealed-session'

/**
 * Seals sessions into private cookies, byte for byte those of Rust's `cookie` crate, under keys of their own use.
 *
 * @param keys the server's, of at least 32 random bytes, the current one first
 * @see RFC 5869 (HKDF), with SHA-256, an empty salt, and the label `coatcheck/v1/sealed-session` as info: 32 bytes for AES-256-GCM
 */
export function sessionSealer(keys: readonly Uint8Array[]): SessionSealer {
  let ring = deriveAll(keys)
  let lookAgain = (): boolean => false
  const openWithAny = (cookieName: string, text: string): string | null => {
    for (const key of ring) {
      const content = openValue(key, cookieName, text)
      if (content !== null) return content
    }
    return null
  }
  return {
    seal: (cookieName, content) => sealValue(currentOf(ring), cookieName, content),
    open(cookieName, text) {
      if (text.length > LONGEST) return null
      return openWithAny(cookieName, text) ?? (lookAgain() ? openWithAny(cookieName, text) : null)
    },
    replace(next) {
      ring = deriveAll(next)
    },
    beforeRefusing(look) {
      lookAgain = look
    },
  }
}

function deriveAll(keys: readonly Uint8Array[]): readonly KeyObject[] {
  return keys.map((key) => createSecretKey(new Uint8Array(hkdfSync('sha256', key, '', `coatcheck/v1/${USE}`, 32))))
}

function currentOf([current]: readonly KeyObject[]): KeyObject {
  if (current === undefined) throw new TypeError('Sealed sessions need at least one key.')
  return current
}
