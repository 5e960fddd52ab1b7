import type { AuditLog } from './core/audit/audit-log.ts'
import type { DataOptions, DataSchemas } from './core/session-data/data-rules.ts'
import { ConfigurationError } from './core/errors.ts'
import { requireSessionPolicy, SESSION_POLICIES, type SessionPolicy } from './core/session/session-policy.ts'
import type { LeaseMetrics } from './core/session/lease-metrics.ts'
import type { CacheLimits } from './core/session/session-cache.ts'
import type { SessionKeeping } from './core/store.ts'
import type { Log } from './log.ts'

/** What `coatcheck({…})` takes. Only `url` is needed. */
export interface CoatcheckOptions<Schemas extends DataSchemas = DataSchemas> {
  /** The public URL of this server, as browsers reach it: `https://api.example.com`. */
  readonly url: string
  /** The origins whose pages may call it, written exactly as browsers do. Its own is always among them. */
  readonly frontends?: readonly string[] | undefined
  /**
   * A file path, for the embedded database, or `postgres://…`. Default: `./data/coatcheck.db`. `none`, with sealed sessions:
   * no accounts are kept, and no session can be ended before its time.
   */
  readonly database?: string | undefined
  /** Base64 keys of at least 32 bytes, the first signs, all verify. Needed with PostgreSQL; else kept beside the database. */
  readonly keys?: readonly string[] | undefined
  /**
   * `stored` (the default): each session is a row. `sealed`: each is a cookie and no row, with what that takes away: no list
   * of devices, and one end instead of two. See docs/guide/sealed-sessions.md. To change it signs everybody out.
   */
  readonly sessions?: SessionKeeping | undefined
  /** `aal1` (the default), `aal2`, `aal3`, or the two numbers. */
  readonly sessionPolicy?: keyof typeof SESSION_POLICIES | SessionPolicy | undefined
  /** The least length of a password, in code points: 15 unless a second factor is enforced elsewhere. */
  readonly minimumPasswordLength?: number | undefined
  /**
   * How long, in milliseconds, a check may be answered from memory after the last heartbeat: by so much a revoked session
   * may be accepted elsewhere, at the very most. 100 to 30,000, which is the grace of a rotation; default 1,000. Give all nodes the same.
   */
  readonly leaseMs?: number | undefined
  /** How much of the sessions is kept in memory: 100,000 of them in 128 MiB, unless said otherwise. */
  readonly sessionCache?:
    | { readonly maxSessions?: number | undefined; readonly maxBytes?: number | undefined }
    | undefined
  /** How many processes on this machine serve as this one does: each hashes its share of passwords at a time. Default: 1. */
  readonly processes?: number | undefined
  /** How the metrics of those processes come together, for `/metrics`. Default: this one's own. */
  readonly gatherMetrics?: (() => Promise<readonly LeaseMetrics[]>) | undefined
  /** Whether PostgreSQL is migrated at start. Default: unless NODE_ENV is `production`. */
  readonly migrate?: boolean | undefined
  /**
   * Whether `GET /v1/session` says why nobody is signed in, and the doctor which front-end may have been meant. Default:
   * unless NODE_ENV is `production`.
   */
  readonly development?: boolean | undefined
  /** What back-end code keeps of a session, by `auth.data(request)`. Default: nothing. */
  readonly data?: DataOptions<Schemas> | undefined
  /** Where audit events go. */
  readonly audit?: AuditLog | undefined
  /** Where failures are told. Default: the console. */
  readonly log?: Log | undefined
}

/** Where the embedded database lies, unless said otherwise. */
export const DEFAULT_DATABASE = './data/coatcheck.db'

const DEFAULT_LEASE_MS = 1_000
const LEASE_MS = { least: 100, most: 30_000 } as const
const DEFAULT_CACHE: CacheLimits = { maxSessions: 100_000, maxBytes: 134_217_728 }

/** How sessions are kept in memory. @throws ConfigurationError */
export function resolveLease({
  leaseMs = DEFAULT_LEASE_MS,
  sessionCache = {},
}: Pick<CoatcheckOptions, 'leaseMs' | 'sessionCache'>): {
  readonly leaseMs: number
  readonly limits: CacheLimits
} {
  if (!Number.isInteger(leaseMs) || leaseMs < LEASE_MS.least || leaseMs > LEASE_MS.most) {
    throw new ConfigurationError(
      `COATCHECK_LEASE_MS (leaseMs): ${JSON.stringify(leaseMs)} is not a number of milliseconds, whole and from ${LEASE_MS.least} to ${LEASE_MS.most}.`,
    )
  }
  const limits: Record<string, number> = { ...DEFAULT_CACHE }
  for (const [name, limit] of Object.entries(sessionCache)) {
    if (!Object.hasOwn(DEFAULT_CACHE, name)) {
      throw new ConfigurationError(`sessionCache.${name}: there is no such limit. There are maxSessions and maxBytes.`)
    }
    if (limit === undefined) continue
    if (!Number.isSafeInteger(limit) || limit < 0) {
      throw new ConfigurationError(`sessionCache.${name}: ${JSON.stringify(limit)} is not a whole number from 0.`)
    }
    limits[name] = limit
  }
  return { leaseMs, limits: { ...DEFAULT_CACHE, ...limits } }
}

/** How many processes share the machine. @throws ConfigurationError */
export function resolveProcesses({ processes = 1 }: Pick<CoatcheckOptions, 'processes'>): number {
  if (Number.isSafeInteger(processes) && processes >= 1) return processes
  throw new ConfigurationError(`processes: ${JSON.stringify(processes)} is not a whole number from 1.`)
}

/** How sessions are kept. @throws ConfigurationError */
export function resolveSessions({ sessions = 'stored' }: Pick<CoatcheckOptions, 'sessions'>): SessionKeeping {
  if (sessions === 'stored' || sessions === 'sealed') return sessions
  throw new ConfigurationError(`COATCHECK_SESSIONS: ${JSON.stringify(sessions)} is neither stored nor sealed.`)
}

/** The policy that an option names or spells out. @throws ConfigurationError */
export function resolvePolicy(option: CoatcheckOptions['sessionPolicy'] = 'aal1'): SessionPolicy {
  if (typeof option === 'object' && option !== null) return requireSessionPolicy(option)
  const named =
    typeof option === 'string' && Object.hasOwn(SESSION_POLICIES, option) ? SESSION_POLICIES[option] : undefined
  if (named === undefined) {
    throw new ConfigurationError(
      `COATCHECK_SESSION_POLICY: "${option}" is none of ${Object.keys(SESSION_POLICIES).join(', ')}.`,
    )
  }
  return named
}
