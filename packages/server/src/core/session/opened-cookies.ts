import type { TokenClaims } from './session-token.ts'

/**
 * What cookies say that were opened lately, by their hash. Two generations: when the younger one is full, the older one is
 * forgotten, so that nothing is counted or moved for each use, and what is used stays.
 */
export class OpenedCookies {
  readonly #generationSize: number
  #young = new Map<string, TokenClaims>()
  #old = new Map<string, TokenClaims>()

  /** @param most how many are remembered at most */
  constructor(most: number) {
    this.#generationSize = Math.floor(most / 2)
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(cookieHash: string): TokenClaims | undefined {
    const young = this.#young.get(cookieHash)
    if (young !== undefined) return young
    const old = this.#old.get(cookieHash)
    if (old !== undefined) this.set(cookieHash, old)
    return old
  }

  set(cookieHash: string, claims: TokenClaims): void {
    if (this.#generationSize === 0) return
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(cookieHash, claims)
  }

  clear(): void {
    this.#young.clear()
    this.#old.clear()
  }
}
