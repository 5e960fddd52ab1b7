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
  /** This process's monotonic clock in milliseconds, from an arbitrary zero. */
  monotonicMs(): number
  /** Resolves after `ms` milliseconds of monotonic time. */
  wait(ms: number): Promise<void>
}
