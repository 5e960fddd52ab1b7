import type { ChangeFeed } from './core/session/change-feed.ts'
import { instantOf } from './core/session/lease.ts'
import type { LeasedSessions } from './core/session/leased-sessions.ts'
import type { Clock } from './core/clock.ts'
import type { Log } from './log.ts'

/** Beats a lease: two may fail to come in time before it ends. */
const BEATS_PER_LEASE = 3
/** However many hints come, beats keep this distance, so that a storm of changes is heard in batches. */
const LEAST_DISTANCE_MS = 5
const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 2_000

/** What a lease is kept with. */
export interface LeaseParts {
  readonly feed: ChangeFeed
  readonly sessions: LeasedSessions
  readonly clock: Pick<Clock, 'monotonicMs' | 'wallMs'>
  readonly log: Log
}

/** The heartbeat: renews a node's lease again and again, while the feed stands. Keeps no process alive. */
export class LeaseKeeper {
  readonly #parts: LeaseParts
  #stopped = false
  #hinted = false
  #broken = false
  #failures = 0
  #wake: (() => void) | null = null

  constructor(parts: LeaseParts) {
    this.#parts = parts
  }

  /** Begins to beat. */
  start(): void {
    this.#parts.feed.listen({
      hinted: () => {
        this.#hinted = true
        this.#wake?.()
      },
      broke: () => this.#break(),
      misled: () => {
        this.#parts.sessions.lose()
        this.#break()
      },
    })
    this.#run().catch((failure: unknown) => {
      this.#parts.sessions.lose()
      console.error('coatcheck: the heartbeat has ended; every check reads the store', failure)
    })
  }

  /** Stops, and ends the lease at once: the answer to a beat under way will not be heard. */
  stop(): void {
    this.#stopped = true
    this.#wake?.()
    this.#parts.sessions.lose()
  }

  #break(): void {
    this.#parts.sessions.interrupt()
    this.#broken = true
    this.#wake?.()
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const sentAtMs = this.#parts.clock.monotonicMs()
      this.#hinted = false
      this.#broken = false
      const failure = await this.#beat()
      if (failure !== null) this.#fail(failure)
      const elapsedMs = this.#parts.clock.monotonicMs() - sentAtMs
      if (failure === null && !this.#isBroken()) await this.#untilNextBeat(elapsedMs)
      // A feed that breaks again and again, on two servers in turn for example, must not become a storm.
      if (failure !== null || this.#isBroken()) await this.#pause(this.#retryMs(), () => false)
    }
  }

  /** One heartbeat, and what follows from its answer. Nothing is awaited between the answer and the lease. */
  async #beat(): Promise<unknown> {
    const { feed, sessions, clock } = this.#parts
    const sentAt = instantOf(clock)
    try {
      const beat = await feed.beat(sessions.leaseMs)
      // The feed broke while its last answer was on the way, or nobody wants to know any more.
      if (this.#broken || this.#stopped) return null
      sessions.renew(beat, sentAt)
      if (this.#failures > 0)
        this.#parts.log.info({ failures: this.#failures }, 'checks are answered from memory again')
      this.#failures = 0
      return null
    } catch (failure) {
      return failure ?? new Error('the heartbeat failed without a reason')
    }
  }

  #isBroken(): boolean {
    return this.#broken
  }

  #fail(failure: unknown): void {
    this.#parts.sessions.interrupt()
    this.#failures += 1
    // Said once: while the store is away each check says so anyway.
    if (this.#failures === 1 && !this.#stopped) {
      this.#parts.log.warn(
        { err: failure },
        'the change feed broke: when the lease has run out, checks read the store until it stands again',
      )
    }
  }

  #retryMs(): number {
    const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 10))
    return longest * (0.5 + Math.random() / 2)
  }

  async #untilNextBeat(elapsedMs: number): Promise<void> {
    const intervalMs = this.#parts.sessions.leaseMs / BEATS_PER_LEASE
    await this.#pause(LEAST_DISTANCE_MS - elapsedMs, () => this.#broken)
    await this.#pause(intervalMs - Math.max(elapsedMs, LEAST_DISTANCE_MS), () => this.#hinted || this.#broken)
  }

  /** Waits so long, unless `isOver` is true or becomes so. */
  async #pause(ms: number, isOver: () => boolean): Promise<void> {
    if (ms <= 0 || this.#stopped || isOver()) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      timer.unref()
      this.#wake = () => {
        if (!this.#stopped && !isOver()) return
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = null
  }
}
