import { hash } from 'node:crypto'
import { LARGEST_COOKIE_BYTES, type Sealer } from '../sealer.ts'
import { OpenedCookies } from './opened-cookies.ts'
import type { CacheLimits } from './session-cache.ts'
import { readClaims, type SealedClaims, tokenClaimsOf, writeClaims } from './sealed-session.ts'
import type { TokenClaims } from './session-token.ts'

/**
 * Sessions to cookies, and back. What was opened is remembered by a hash of the cookie, so that the next check of it costs
 * one hash, as that of a stored session does; it says what the cookie says, and nothing of whether the session lives.
 */
export class SessionSealer {
  /** Seals the data of these sessions, in cookies of their own. */
  readonly data: Sealer
  readonly #sealer: Sealer
  readonly #opened: OpenedCookies

  /** @param limits of what is remembered: as many cookies, and in half as many bytes, as there are sessions in memory */
  constructor(sealers: { readonly sessions: Sealer; readonly data: Sealer }, { maxSessions, maxBytes }: CacheLimits) {
    this.#sealer = sealers.sessions
    this.data = sealers.data
    this.#opened = new OpenedCookies(maxSessions, maxBytes / 2)
  }

  /** The value of a session's cookie. */
  seal(cookieName: string, claims: SealedClaims): string {
    return this.#sealer.seal(cookieName, writeClaims(claims))
  }

  /** What a cookie of this name claims; null for anything that `seal` under a key of ours did not make. */
  open(cookieName: string, text: string): TokenClaims | null {
    // No browser keeps a longer one, so that a longer one costs nothing here.
    if (text.length > LARGEST_COOKIE_BYTES) return null
    const cookieHash = hash('sha256', `${cookieName}=${text}`, 'base64url')
    const known = this.#opened.get(cookieHash)
    if (known !== undefined) return known
    const content = this.#sealer.open(cookieName, text)
    const sealed = content === null ? null : readClaims(content)
    if (sealed === null) return null
    const claims = tokenClaimsOf(sealed)
    this.#opened.set(cookieHash, claims, text.length)
    return claims
  }

  /** Takes other keys from now on, for sessions and their data, and forgets what was opened with those before. */
  replace(keys: readonly Uint8Array[]): void {
    this.#opened.clear()
    this.#sealer.replace(keys)
    this.data.replace(keys)
  }

  /** @see Sealer.beforeRefusing */
  beforeRefusing(lookAgain: () => boolean): void {
    this.#sealer.beforeRefusing(lookAgain)
    this.data.beforeRefusing(lookAgain)
  }
}
