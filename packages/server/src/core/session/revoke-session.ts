import type { AuditSource } from '../audit/audit-log.ts'
import type { Core } from '../core.ts'

type Revoking = Pick<Core, 'store' | 'audit'>

/** Who asked for an end: the user of the session, or the application's own back-end code. */
export type RevokedBy = 'owner' | 'application'

/**
 * Ends one session of a user. Once this has resolved, no check that starts afterwards accepts it.
 *
 * @returns false when the user has no such session: another's is not told apart from one that never was
 * @throws StoreUnavailable with `outcome: 'unknown'` when it may or may not have ended
 */
export async function revokeSession(
  core: Revoking,
  target: { readonly sessionId: string; readonly userId?: string },
  by: RevokedBy,
  source: AuditSource,
): Promise<boolean> {
  const revoked = await core.store.sessions.revoke(target.sessionId, target.userId)
  if (revoked) core.audit.record({ type: 'session.revoked', sessionId: target.sessionId, by }, source)
  return revoked
}

/** Ends all sessions of a user, or all but `exceptSessionId`. Returns how many; null where nobody counts them. @throws StoreUnavailable */
export async function revokeSessions(
  core: Revoking,
  target: { readonly userId: string; readonly exceptSessionId?: string },
  by: RevokedBy,
  source: AuditSource,
): Promise<number | null> {
  const count = await core.store.sessions.revokeByUser(target.userId, target.exceptSessionId)
  core.audit.record({ type: 'sessions.revoked', userId: target.userId, count, by }, source)
  return count
}
