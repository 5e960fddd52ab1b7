import type { Instant } from './session/lease.ts'

/**
 * Where the core's time comes from. Rules get instants as arguments; use cases ask a clock once and hand the answer on.
 */
export interface Clock {
  /**
   * The store's wall clock: milliseconds since the Unix epoch, the same on every node.
   *
   * @throws StoreUnavailable when the store's time cannot be known
   */
  now(): Promise<number>
  /** What `now` would answer, if that needs no question to the store; otherwise null. `at` spares a look at both clocks. */
  nowIfKnown(at?: Instant): number | null
  /** This process's monotonic clock in milliseconds, from an arbitrary zero. */
  monotonicMs(): number
  /** This machine's own wall clock in milliseconds: only ever compared with itself, to notice a machine that was suspended. */
  wallMs(): number
  /** Resolves after `ms` milliseconds of monotonic time. */
  wait(ms: number): Promise<void>
}
