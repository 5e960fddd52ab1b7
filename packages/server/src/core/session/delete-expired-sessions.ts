import type { Core } from '../core.ts'
import { idleSince } from './session-policy.ts'

const BATCH = 500
/** A use that another node has seen but not yet written must not be missed: dead sessions are kept this much longer. */
const MARGIN_MS = 60_000

/**
 * Deletes the sessions that have ended by either clock, in small batches, until none is left or `shouldStop` says so.
 * Nothing depends on it but the size of the table: a check refuses them before.
 *
 * @returns how many were deleted
 * @throws StoreUnavailable the rest waits for the next time
 */
export async function deleteExpiredSessions(
  core: Pick<Core, 'store' | 'clock' | 'policy'>,
  shouldStop: () => boolean = () => false,
): Promise<number> {
  const now = (await core.clock.now()) - MARGIN_MS
  const dead = { now, idleSince: idleSince(core.policy, now) }
  let deleted = 0
  while (!shouldStop()) {
    const count = await core.store.sessions.deleteExpired(dead, BATCH)
    deleted += count
    if (count < BATCH) break
  }
  return deleted
}
