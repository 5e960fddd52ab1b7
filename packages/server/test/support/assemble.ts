import { randomBytes } from 'node:crypto'
import type { AuditLog } from '../../src/core/audit/audit-log.ts'
import { NO_AUDIT_LOG } from '../../src/core/audit/audit-log.ts'
import type { Clock } from '../../src/core/clock.ts'
import type { Core } from '../../src/core/core.ts'
import { KeyRing } from '../../src/core/key-ring.ts'
import type { Random } from '../../src/core/random.ts'
import { policyFor, SESSION_POLICIES, type SessionPolicy } from '../../src/core/session/session-policy.ts'
import { announcedStore } from '../../src/core/session/announced-store.ts'
import { leaseMetrics } from '../../src/core/session/lease-metrics.ts'
import { LeasedSessions } from '../../src/core/session/leased-sessions.ts'
import { TouchBuffer } from '../../src/core/session/touch-buffer.ts'
import type { SessionKeeping, Store } from '../../src/core/store.ts'
import { SessionSealer } from '../../src/core/session/session-sealer.ts'
import { cookieSealer } from '../../src/stores/sealed-cookie/cookie-sealer.ts'
import { storeTime } from '../../src/store-time.ts'
import { Argon2idHasher } from '../../src/hashing/argon2id.ts'

/** What a test may want to be otherwise. */
export interface Parts {
  readonly policy?: SessionPolicy
  readonly keys?: readonly Uint8Array[]
  readonly random?: Random
  readonly clock?: Clock
  readonly audit?: AuditLog
  readonly carryOver?: readonly string[]
  readonly sessions?: SessionKeeping
  readonly hasDatabase?: boolean
}

const LEASE = { leaseMs: 1_000, limits: { maxSessions: 1_000, maxBytes: 10_000_000 } }

const sealersOf = (keys: readonly Uint8Array[]) => ({
  sessions: cookieSealer(keys, 'sealed-session'),
  data: cookieSealer(keys, 'sealed-data'),
})

/** The core over a real store and a real hasher, put together as production does, but for the parts given. */
export function assemble(opened: Store, parts: Parts = {}): Core {
  const clock = parts.clock ?? storeTime(opened)
  const leased = new LeasedSessions(opened.sessions, clock, LEASE)
  const store = announcedStore(opened, leased)
  const keys = parts.keys ?? [randomBytes(32)]
  const policy = policyFor(parts.sessions ?? 'stored', parts.policy ?? SESSION_POLICIES.aal1)
  return {
    store,
    hasDatabase: parts.hasDatabase ?? true,
    leased,
    gatherMetrics: () => Promise.resolve([leaseMetrics(leased, 1)]),
    clock,
    random: parts.random ?? { bytes: randomBytes },
    keys: new KeyRing(keys, 'session-token'),
    sealer: parts.sessions === 'sealed' ? new SessionSealer(sealersOf(keys), LEASE.limits) : null,
    policy,
    hasher: new Argon2idHasher(),
    passwordRules: { minimumLength: 15, commonPasswords: new Set(['passwordpassword']), siteWords: ['example'] },
    touches: new TouchBuffer(store.sessions, policy),
    carryOver: parts.carryOver ?? [],
    audit: parts.audit ?? NO_AUDIT_LOG,
  }
}
