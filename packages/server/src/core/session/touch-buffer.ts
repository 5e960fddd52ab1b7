import type { SessionStore, Touch } from './session-store.ts'
import { touchIntervalMs, type SessionPolicy } from './session-policy.ts'
import type { Session } from './session.ts'

/** Beyond this many sessions seen since the last write, further ones wait for their next use: memory stays bounded. */
const CAPACITY = 100_000
const BATCH = 1_000

/**
 * Remembers which sessions were used, to be written in batches, off the path of any request.
 *
 * What is lost with a killed process is at most one interval of `lastSeenAt`, and idleness is only refused after that
 * much slack.
 */
export class TouchBuffer {
  readonly #store: Pick<SessionStore, 'touchMany'>
  readonly #intervalMs: number
  #seen = new Map<string, number>()
  /** What the last flush wrote: it goes out once more, since the store skips what is being changed at that moment. */
  #again: readonly Touch[] = []

  constructor(store: Pick<SessionStore, 'touchMany'>, policy: SessionPolicy) {
    this.#store = store
    this.#intervalMs = touchIntervalMs(policy)
  }

  /**
   * Notes that the session was used at `now`, unless what is written or noted of it is recent enough.
   *
   * @returns when it was last used, as far as is written or noted
   */
  record(session: Pick<Session, 'id' | 'lastSeenAt'>, now: number): number {
    if (now - session.lastSeenAt < this.#intervalMs) return session.lastSeenAt
    const known = Math.max(session.lastSeenAt, this.#seen.get(session.id) ?? 0)
    if (now - known < this.#intervalMs || !this.#hasRoomFor(session.id)) return known
    this.#seen.set(session.id, now)
    return now
  }

  #hasRoomFor(sessionId: string): boolean {
    return this.#seen.size < CAPACITY || this.#seen.has(sessionId)
  }

  /**
   * Writes what was noted.
   *
   * @throws StoreUnavailable what was not written is kept, and goes out with the next flush
   */
  async flush(): Promise<void> {
    const noted = [...this.#seen].map(([sessionId, seenAt]): Touch => ({ sessionId, seenAt }))
    const pending = [...noted, ...this.#again]
    this.#seen = new Map()
    this.#again = []
    for (let start = 0; start < pending.length; start += BATCH) {
      try {
        await this.#store.touchMany(pending.slice(start, start + BATCH))
      } catch (error) {
        this.#keep(pending.slice(start))
        throw error
      }
    }
    this.#again = noted
  }

  /** Puts back what could not be written, without undoing what was noted meanwhile. */
  #keep(touches: readonly Touch[]): void {
    for (const { sessionId, seenAt } of touches) {
      if (!this.#hasRoomFor(sessionId)) continue
      this.#seen.set(sessionId, Math.max(seenAt, this.#seen.get(sessionId) ?? 0))
    }
  }
}
