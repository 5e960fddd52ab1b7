import type { KeyObject } from 'node:crypto'
import { deriveKeys, type KeyUse } from '../../core/key-ring.ts'
import type { Sealer } from '../../core/sealer.ts'
import { LIMIT_BYTES } from './cookie-too-large.ts'
import { openValue, sealValue } from './private-cookie.ts'

/** What of sessions is in a cookie. */
type SealedUse = Extract<KeyUse, 'sealed-session' | 'sealed-data'>

/**
 * Seals sessions, or their data, into private cookies, byte for byte those of Rust's `cookie` crate, under keys of their own use.
 *
 * @param keys the server's, of at least 32 random bytes, the current one first
 * @throws ConfigurationError when there is none, or one is too short
 * @see deriveKeys for the uses `sealed-session` and `sealed-data`: 32 bytes each for AES-256-GCM
 */
export function cookieSealer(keys: readonly Uint8Array[], use: SealedUse): Sealer {
  let ring = deriveKeys(keys, use)
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
      // No browser keeps a longer one, so that a longer one costs nothing here.
      if (text.length > LIMIT_BYTES) return null
      return openWithAny(cookieName, text) ?? (lookAgain() ? openWithAny(cookieName, text) : null)
    },
    replace(next) {
      ring = deriveKeys(next, use)
    },
    beforeRefusing(look) {
      lookAgain = look
    },
  }
}

function currentOf([current]: readonly KeyObject[]): KeyObject {
  if (current === undefined) throw new Error('unreachable: a key ring is never empty')
  return current
}
