import type { AuditEvent } from './audit-event.ts'

/** From where an event was caused; null where there was no request. */
export interface AuditSource {
  readonly address: string | null
  readonly userAgent: string | null
}

/** Where audit events go. Called synchronously; must not throw, nor wait: a log that stalls must not stall a sign-in. */
export interface AuditLog {
  record(event: AuditEvent, source: AuditSource): void
}

/** A log for those who keep none. */
export const NO_AUDIT_LOG: AuditLog = { record: () => undefined }
