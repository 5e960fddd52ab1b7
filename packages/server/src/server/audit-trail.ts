import type { Logger } from 'pino'
import type { AuditEvent } from '../core/audit/audit-event.ts'
import type { AuditLog } from '../core/audit/audit-log.ts'

/** So many refusals of a kind are told one by one in each period; of the rest, how many there were. */
const TOLD = 100
const PERIOD_MS = 1_000

/** The audit trail in the server's log. */
export interface AuditTrail extends AuditLog {
  /** Tells what was counted and not told yet. */
  close(): void
}

/**
 * Writes audit events to the log, a line each.
 *
 * Refusals that cost whoever causes them nothing, a forged cookie or a foreign origin, are counted beyond 100 a second of a
 * kind: a flood of them would fill the disk and hide everything else. All other events are told whatever happens.
 */
export function auditTrail(log: Logger): AuditTrail {
  const counts = new Map<string, { readonly event: object; count: number }>()
  let period: NodeJS.Timeout | undefined
  const endPeriod = (): void => {
    for (const { event, count } of counts.values()) {
      if (count > TOLD) log.warn({ audit: event, leftOut: count - TOLD }, 'more refusals than are told one by one')
    }
    counts.clear()
    period = undefined
  }
  /** Whether this refusal is among those that are told. */
  const isTold = (kind: string, event: object): boolean => {
    period ??= setTimeout(endPeriod, PERIOD_MS).unref()
    const known = counts.get(kind) ?? { event, count: 0 }
    known.count += 1
    counts.set(kind, known)
    return known.count <= TOLD
  }
  return {
    record(event, source) {
      const kind = cheapRefusal(event)
      if (kind === null || isTold(`${event.type} ${Object.values(kind).join()}`, { type: event.type, ...kind })) {
        log.info({ audit: event, ...source }, event.type)
      }
    },
    close() {
      clearTimeout(period)
      endPeriod()
    },
  }
}

/** What a refusal that anybody can cause for nothing is counted under; null for any other event. */
function cheapRefusal(event: AuditEvent): Readonly<Record<string, string>> | null {
  if (event.type === 'session.refused') return { reason: event.reason }
  return event.type === 'request.refused' ? { code: event.code } : null
}
