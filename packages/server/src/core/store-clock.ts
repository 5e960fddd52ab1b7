import type { Clock } from './clock.ts'
import { type Instant, instantOf } from './session/lease.ts'

/** The readings that a `StoreClock` is made of. */
export interface TimeSources {
  /** The database's wall clock, in milliseconds since the Unix epoch. */
  readTime(): Promise<number>
  /** This machine's monotonic clock, in milliseconds. */
  monotonicMs(): number
  /** This machine's wall clock, in milliseconds: only ever compared with itself. */
  wallMs(): number
  wait(ms: number): Promise<void>
}

/** The database's time at one instant of this machine's two clocks. */
interface Reading {
  readonly time: number
  readonly monotonicMs: number
  readonly wallMs: number
}

/** Clocks drift by some milliseconds in this time, no more. */
const REFRESH_MS = 10_000
/** A reading that took longer than this says too little about when it was made; an older one is better, */
const SLOW_READING_MS = 250
/** but not one as old as this: the database's clock may have been set meanwhile. */
const OLD_READING_MS = 60_000
/** If this machine's two clocks come to differ by so much, it was suspended, or somebody set its clock. */
const SUSPENSION_MS = 1_000

/**
 * The database's time, carried on by the node's monotonic clock: no node's own idea of the time decides about a session.
 *
 * A reading counts from when it was asked for, so the clock may be ahead by the length of that round trip but is never
 * behind: no session is accepted after its absolute end.
 */
export class StoreClock implements Clock {
  readonly #sources: TimeSources
  #reading: Reading | null = null
  #refreshing: Promise<Reading> | null = null

  constructor(sources: TimeSources) {
    this.#sources = sources
  }

  async now(): Promise<number> {
    const known = this.nowIfKnown()
    if (known !== null) return known
    const reading = await this.#refresh()
    // One that was asked for before the machine was suspended, and answered after: ask once more.
    return this.#at(this.#usable(reading) ?? (await this.#refresh()))
  }

  nowIfKnown(at: Instant = instantOf(this)): number | null {
    const reading = this.#usable(this.#reading, at)
    return reading === null ? null : this.#at(reading, at)
  }

  #at(reading: Reading, { monotonicMs }: Instant = instantOf(this)): number {
    const elapsedMs = monotonicMs - reading.monotonicMs
    // A failed refresh changes nothing: the reading in hand drifts by microseconds a second, and is tried again.
    if (elapsedMs > REFRESH_MS) this.#refresh().catch(() => undefined)
    return Math.floor(reading.time + elapsedMs)
  }

  monotonicMs(): number {
    return this.#sources.monotonicMs()
  }

  wallMs(): number {
    return this.#sources.wallMs()
  }

  wait(ms: number): Promise<void> {
    return this.#sources.wait(ms)
  }

  /** A suspended machine's monotonic clock stands still: a reading from before the suspension is worth nothing. */
  #usable(reading: Reading | null, at: Instant = instantOf(this)): Reading | null {
    if (reading === null) return null
    const monotonic = at.monotonicMs - reading.monotonicMs
    const wall = at.wallMs - reading.wallMs
    return Math.abs(wall - monotonic) < SUSPENSION_MS ? reading : null
  }

  #refresh(): Promise<Reading> {
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  async #read(): Promise<Reading> {
    const monotonicMs = this.monotonicMs()
    const wallMs = this.#sources.wallMs()
    const reading = { time: await this.#sources.readTime(), monotonicMs, wallMs }
    const usable = this.#usable(this.#reading)
    const tookMs = this.monotonicMs() - monotonicMs
    const isOld = usable === null || monotonicMs - usable.monotonicMs > OLD_READING_MS
    this.#reading = tookMs > SLOW_READING_MS && !isOld ? usable : reading
    return this.#reading
  }
}
