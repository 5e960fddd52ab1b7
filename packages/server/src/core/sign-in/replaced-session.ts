import type { AuditSource } from '../audit/audit-log.ts'
import type { Core } from '../core.ts'

/** Records the end of the session that a browser had when another took its place; null when it had none. */
export function recordReplaced(core: Pick<Core, 'audit'>, sessionId: string | null, source: AuditSource): void {
  if (sessionId !== null) core.audit.record({ type: 'session.revoked', sessionId, by: 'sign-in' }, source)
}
