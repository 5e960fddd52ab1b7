import type { TokenClaims } from './session-token.ts'

/** A hash, two map entries and an object with its texts, as measured; beside them what is as long as the cookie. */
const FIXED_BYTES = 400

interface Opened {
  readonly claims: TokenClaims
  readonly length: number
}

/**
 * What cookies say that were opened lately, by their hash. Two generations: when the younger one is full, the older one is
 * forgotten, so that nothing is counted or moved for each use, and what is used stays.
 */
export class OpenedCookies {
  readonly #most: number
  readonly #mostBytes: number
  #young = new Map<string, Opened>()
  #old = new Map<string, Opened>()
  /** Of the younger generation, as estimated. */
  #bytes = 0

  /**
   * @param most how many are remembered at most
   * @param mostBytes in how much memory, as estimated
   */
  constructor(most: number, mostBytes: number) {
    this.#most = Math.floor(most / 2)
    this.#mostBytes = mostBytes / 2
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(cookieHash: string): TokenClaims | undefined {
    const young = this.#young.get(cookieHash)
    if (young !== undefined) return young.claims
    const old = this.#old.get(cookieHash)
    if (old !== undefined) this.set(cookieHash, old.claims, old.length)
    return old?.claims
  }

  /** @param length of the cookie, which is about that of all the texts in what it says */
  set(cookieHash: string, claims: TokenClaims, length: number): void {
    const bytes = FIXED_BYTES + length
    if (this.#young.size >= this.#most || this.#bytes + bytes > this.#mostBytes) {
      this.#old = this.#young
      this.#young = new Map()
      this.#bytes = 0
    }
    if (this.#most === 0 || bytes > this.#mostBytes) return
    this.#young.set(cookieHash, { claims, length })
    this.#bytes += bytes
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
    this.#bytes = 0
  }
}
