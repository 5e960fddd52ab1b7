import type { Core } from '../core.ts'
import { idleSince } from './session-policy.ts'
import type { Session } from './session.ts'

/** A user's sessions that may still be used, newest first. @throws StoreUnavailable, Busy */
export async function listSessions(
  core: Pick<Core, 'store' | 'clock' | 'policy'>,
  userId: string,
): Promise<readonly Session[]> {
  const now = await core.clock.now()
  return core.store.sessions.listByUser(userId, { now, idleSince: idleSince(core.policy, now) })
}
