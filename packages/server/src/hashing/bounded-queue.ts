import { Busy } from '../core/errors.ts'

/** Bounds of a queue. */
export interface QueueBounds {
  /** How many tasks run at once. */
  readonly running: number
  /** How many more may wait. */
  readonly waiting: number
  /** How many places, running and waiting, one network may hold. */
  readonly perNetwork: number
}

/** What a caller who was turned away is told to wait. */
const RETRY_AFTER_SECONDS = 1

/** Runs tasks in the order they came, a bounded number at a time. Full, it refuses at once and does nothing. */
export class BoundedQueue {
  readonly #bounds: QueueBounds
  readonly #waiting: (() => void)[] = []
  readonly #places = new Map<string, number>()
  #running = 0

  constructor(bounds: QueueBounds) {
    this.#bounds = bounds
  }

  /**
   * @param network whose place it is; null for one that is not limited by itself
   * @throws Busy when a task of this network would be turned away now
   */
  requireRoom(network: string | null): void {
    if (this.#running >= this.#bounds.running && this.#waiting.length >= this.#bounds.waiting) {
      throw new Busy('Too many passwords are waiting to be hashed.', RETRY_AFTER_SECONDS)
    }
    if (network !== null && (this.#places.get(network) ?? 0) >= this.#bounds.perNetwork) {
      throw new Busy('Too many passwords from one network are waiting to be hashed.', RETRY_AFTER_SECONDS)
    }
  }

  /** Runs `task` when its turn comes. @throws Busy when there is no room; `task` was not called */
  async run<Result>(network: string | null, task: () => Promise<Result>): Promise<Result> {
    this.requireRoom(network)
    this.#hold(network, 1)
    try {
      if (this.#running >= this.#bounds.running) await new Promise<void>((resolve) => this.#waiting.push(resolve))
      else this.#running += 1
      return await task()
    } finally {
      this.#leave()
      this.#hold(network, -1)
    }
  }

  /** Hands the running place to the next in line, so that nobody who comes later slips in between. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running -= 1
    else next()
  }

  #hold(network: string | null, change: number): void {
    if (network === null) return
    const held = (this.#places.get(network) ?? 0) + change
    if (held === 0) this.#places.delete(network)
    else this.#places.set(network, held)
  }
}
