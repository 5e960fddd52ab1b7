import type { Clock } from '../clock.ts'

/** An instant on both of this machine's clocks, in milliseconds; each is only ever compared with itself. */
export interface Instant {
  readonly monotonicMs: number
  readonly wallMs: number
}

/** Now, on both clocks. */
export function instantOf(clock: Pick<Clock, 'monotonicMs' | 'wallMs'>): Instant {
  return { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() }
}

/**
 * The right to answer from memory, for a while.
 *
 * It is counted from when a heartbeat was *sent*: what was acknowledged before that came with the answer, what came later
 * may be unknown here until the lease has run out. Both clocks must agree that it runs: the monotonic one stands still on a
 * suspended machine, the wall clock can be set back.
 */
export class Lease {
  readonly #clock: Pick<Clock, 'monotonicMs' | 'wallMs'>
  readonly #lengthMs: number
  #sentAt: Instant | null = null

  /** @param lengthMs from the sending of a heartbeat to the end of what it gives */
  constructor(clock: Pick<Clock, 'monotonicMs' | 'wallMs'>, lengthMs: number) {
    this.#clock = clock
    this.#lengthMs = lengthMs
  }

  get lengthMs(): number {
    return this.#lengthMs
  }

  /** Whether an answer from memory may be given now. Nothing may be awaited between this and the answer. */
  isLive(now: Instant = instantOf(this.#clock)): boolean {
    if (this.#sentAt === null) return false
    if (now.monotonicMs >= this.#sentAt.monotonicMs + this.#lengthMs) return false
    return now.wallMs < this.#sentAt.wallMs + this.#lengthMs
  }

  /** Milliseconds since the heartbeat that the lease is counted from was sent; null when there is none. */
  ageMs(): number | null {
    return this.#sentAt === null ? null : this.#clock.monotonicMs() - this.#sentAt.monotonicMs
  }

  /** A heartbeat that was sent at this instant has been answered, and what it brought was taken in. */
  renew(sentAt: Instant): void {
    this.#sentAt = sentAt
  }

  /** Ends at once. */
  end(): void {
    this.#sentAt = null
  }
}
