import type { FoundSession } from './session-store.ts'
import type { CachedSession } from './cached-session.ts'
import { cachedSession } from './cached-session.ts'

/** How much is remembered at most. */
export interface CacheLimits {
  readonly maxSessions: number
  /** Of the sessions' own data, as estimated by `cachedSession`. */
  readonly maxBytes: number
}

const MOST_SPARED = 64

/**
 * Sessions by ID, as many as the limits allow. Beyond that those go that were not used since it was last their turn: the
 * second-chance approximation of "least recently used", so that a hit moves nothing.
 *
 * @see Corbató, "A Paging Experiment with the Multics System", 1968
 */
export class SessionCache {
  readonly #limits: CacheLimits
  readonly #sessions = new Map<string, CachedSession>()
  /** One ID, or several: most users have one session, and a set for each would cost more than the sessions. */
  readonly #idsByUser = new Map<string, string | Set<string>>()
  #bytes = 0
  #evictions = 0

  constructor(limits: CacheLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#sessions.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** How many had to go for want of room. */
  get evictions(): number {
    return this.#evictions
  }

  get(sessionId: string): CachedSession | undefined {
    return this.#sessions.get(sessionId)
  }

  set(found: FoundSession, readAtMs: number): void {
    const entry = cachedSession(found, readAtMs, this.#sessions.get(found.session.id))
    this.delete(found.session.id)
    this.#makeRoom(entry.bytes)
    if (!this.#hasRoom(entry.bytes)) return
    this.#sessions.set(found.session.id, entry)
    this.#bytes += entry.bytes
    this.#index(found.session.userId, found.session.id)
  }

  delete(sessionId: string): void {
    const entry = this.#sessions.get(sessionId)
    if (entry === undefined) return
    this.#sessions.delete(sessionId)
    this.#bytes -= entry.bytes
    this.#unindex(entry.found.session.userId, sessionId)
  }

  deleteByUser(userId: string): void {
    const ids = this.#idsByUser.get(userId)
    if (ids === undefined) return
    for (const id of typeof ids === 'string' ? [ids] : [...ids]) this.delete(id)
  }

  clear(): void {
    this.#sessions.clear()
    this.#idsByUser.clear()
    this.#bytes = 0
  }

  #hasRoom(bytes: number): boolean {
    return this.#sessions.size < this.#limits.maxSessions && this.#bytes + bytes <= this.#limits.maxBytes
  }

  /** Spares only so many that were used: where all were, one fill must not go through all of them. */
  #makeRoom(bytes: number): void {
    let spared = 0
    for (const [id, entry] of this.#sessions) {
      if (this.#hasRoom(bytes)) return
      if (entry.used && spared < MOST_SPARED) {
        spared += 1
        entry.used = false
        this.#sessions.delete(id)
        this.#sessions.set(id, entry)
      } else {
        this.delete(id)
        this.#evictions += 1
      }
    }
  }

  #index(userId: string | null, sessionId: string): void {
    if (userId === null) return
    const ids = this.#idsByUser.get(userId)
    if (ids === undefined) this.#idsByUser.set(userId, sessionId)
    else if (typeof ids === 'string') this.#idsByUser.set(userId, new Set([ids, sessionId]))
    else ids.add(sessionId)
  }

  #unindex(userId: string | null, sessionId: string): void {
    if (userId === null) return
    const ids = this.#idsByUser.get(userId)
    if (ids instanceof Set && ids.delete(sessionId) && ids.size > 0) return
    this.#idsByUser.delete(userId)
  }
}
