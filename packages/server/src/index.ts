export { coatcheck } from './coatcheck.ts'
export type { CoatcheckOptions } from './options.ts'
export type { Auth, Authenticated, AuthSessions, AuthUsers, ClientInfo, EndOptions } from './auth.ts'
export type { SessionData } from './core/session-data/session-data.ts'
export { SessionDataError, type SessionDataCode } from './core/session-data/session-data-error.ts'
export type { CountKey, DataKey, DataOptions, DataSchemas } from './core/session-data/data-rules.ts'
export type {
  InputOf,
  OutputOf,
  SchemaIssue,
  SchemaResult,
  StandardSchema,
} from './core/session-data/standard-schema.ts'
export type { RecognisedUser } from './core/user/recognised-user.ts'
export type { User } from './core/user/user.ts'
export type { CheckOptions } from './core/session/check-session.ts'
export type { LeaseMetrics } from './core/session/lease-metrics.ts'
export type { LeaseCounts } from './core/session/leased-sessions.ts'
export type { Method } from './core/session/session.ts'
export type { SessionDescription } from './core/session/session-description.ts'
export { SESSION_POLICIES, type SessionPolicy } from './core/session/session-policy.ts'
export { Busy, ConfigurationError, NoDatabase, SessionsNotListed, StoreUnavailable } from './core/errors.ts'
export type { AuditEvent, SessionRefusal, SignInRefusal } from './core/audit/audit-event.ts'
export type { AuditLog, AuditSource } from './core/audit/audit-log.ts'
export type { NodeRequest } from './adapters/node/node-head.ts'
export type { Log } from './log.ts'
