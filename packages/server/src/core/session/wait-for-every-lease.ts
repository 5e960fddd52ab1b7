import type { Core } from '../core.ts'

/**
 * Waits until no node can answer any more from before now: until the longest lease that any of them may hold has run out.
 *
 * @throws StoreUnavailable when it cannot be known how long that is; what was acknowledged before stays so
 */
export async function waitForEveryLease(core: Pick<Core, 'store' | 'clock' | 'leased'>): Promise<void> {
  const since = core.clock.monotonicMs()
  const leaseMs = Math.max(core.leased.leaseMs, await core.store.changes.longestLeaseMs())
  // A timer may end a little early.
  for (let left = leaseMs; left > 0; left = since + leaseMs - core.clock.monotonicMs()) await core.clock.wait(left)
}
