import type { AuditLog } from './audit/audit-log.ts'
import type { Clock } from './clock.ts'
import type { PasswordHasher } from './credential/password-hasher.ts'
import type { PasswordRules } from './credential/password-rules.ts'
import type { KeyRing } from './key-ring.ts'
import type { Random } from './random.ts'
import type { LeaseMetrics } from './session/lease-metrics.ts'
import type { LeasedSessions } from './session/leased-sessions.ts'
import type { SessionPolicy } from './session/session-policy.ts'
import type { SessionSealer } from './session/session-sealer.ts'
import type { TouchBuffer } from './session/touch-buffer.ts'
import type { Store } from './store.ts'

/** All that the use cases work with. Each names the parts it needs: `Pick<Core, 'store' | 'clock'>`. */
export interface Core {
  readonly store: Store
  /** Whether there is one behind it: without, users are in their sessions' cookies, and nothing can be written down. */
  readonly hasDatabase: boolean
  /** The store's sessions from memory, where a lease allows it. */
  readonly leased: LeasedSessions
  /** The metrics of every process on this port. */
  gatherMetrics(): Promise<readonly LeaseMetrics[]>
  readonly clock: Clock
  readonly random: Random
  readonly keys: KeyRing
  /** Where a session's cookie is all there is of it; null where sessions are rows. */
  readonly sealer: SessionSealer | null
  readonly policy: SessionPolicy
  readonly hasher: PasswordHasher
  readonly passwordRules: PasswordRules
  readonly touches: TouchBuffer
  /** Keys of an anonymous session's data that a sign-in keeps. */
  readonly carryOver: readonly string[]
  readonly audit: AuditLog
}
