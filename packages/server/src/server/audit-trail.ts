import type { Logger } from 'pino'
import type { AuditEvent } from '../core/audit/audit-event.ts'
import type { AuditLog } from '../core/audit/audit-log.ts'
import { Repetitions } from '../repetitions.ts'

/** The audit trail in the server's log. */
export interface AuditTrail extends AuditLog {
  /** Tells what was counted and not told yet. */
  close(): void
}

/**
 * Writes audit events to the log, a line each.
 *
 * Refusals that cost whoever causes them nothing, a forged cookie, a foreign origin, a sign-up with a taken address, are counted
 * beyond 100 a second of a kind. All other events are told whatever happens.
 */
export function auditTrail(log: Logger): AuditTrail {
  const repetitions = new Repetitions((audit, leftOut) => {
    log.warn({ audit, leftOut }, 'more refusals than are told one by one')
  })
  return {
    record(event, source) {
      const kind = cheapRefusal(event)
      const fields = { type: event.type, ...kind }
      if (kind === null || repetitions.isTold(Object.values(fields).join(' '), fields)) {
        log.info({ audit: event, ...source }, event.type)
      }
    },
    close: () => repetitions.endPeriod(),
  }
}

/** What a refusal that anybody can cause for nothing is counted under; null for any other event. */
function cheapRefusal(event: AuditEvent): Readonly<Record<string, string>> | null {
  if (event.type === 'session.refused' || event.type === 'sign-up.refused') return { reason: event.reason }
  return event.type === 'request.refused' ? { code: event.code } : null
}
