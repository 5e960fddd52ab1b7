import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../core/clock.ts'

interface Wait {
  readonly endsAtMs: number
  readonly resolve: () => void
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now: number
  #monotonicMs = 0
  #waits: readonly Wait[] = []

  /** @param now where it starts: milliseconds since the Unix epoch */
  constructor(now: number) {
    this.#now = now
  }

  now(): Promise<number> {
    return Promise.resolve(this.#now)
  }

  nowIfKnown(): number {
    return this.#now
  }

  wallMs(): number {
    return this.#now
  }

  /** Whether anybody waits for this clock to move. */
  get hasWaits(): boolean {
    return this.#waits.length > 0
  }

  monotonicMs(): number {
    return this.#monotonicMs
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waits = [...this.#waits, { endsAtMs: this.#monotonicMs + ms, resolve }]
    })
  }

  /**
   * Moves both clocks forward, and ends the waits that are due on the way, each at its own instant: what comes after a
   * wait sees the time at which it ended, and may wait again.
   */
  async advance(ms: number): Promise<void> {
    const target = this.#monotonicMs + ms
    for (;;) {
      await setImmediate()
      const next = this.#waits
        .filter(({ endsAtMs }) => endsAtMs <= target)
        .toSorted((a, b) => a.endsAtMs - b.endsAtMs)[0]
      if (!next) break
      this.#waits = this.#waits.filter((wait) => wait !== next)
      this.#moveTo(Math.max(next.endsAtMs, this.#monotonicMs))
      next.resolve()
    }
    this.#moveTo(target)
  }

  #moveTo(monotonicMs: number): void {
    this.#now += monotonicMs - this.#monotonicMs
    this.#monotonicMs = monotonicMs
  }
}
