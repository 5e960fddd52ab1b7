import type { AuditLog } from './core/audit/audit-log.ts'
import { ConfigurationError } from './core/errors.ts'
import { requireSessionPolicy, SESSION_POLICIES, type SessionPolicy } from './core/session/session-policy.ts'
import type { Log } from './log.ts'

/** What `coatcheck({…})` takes. Only `url` is needed. */
export interface CoatcheckOptions {
  /** The public URL of this server, as browsers reach it: `https://api.example.com`. */
  readonly url: string
  /** The origins whose pages may call it, written exactly as browsers do. Its own is always among them. */
  readonly frontends?: readonly string[] | undefined
  /** A file path, for the embedded database, or `postgres://…`. Default: `./data/coatcheck.db`. */
  readonly database?: string | undefined
  /** Base64 keys of at least 32 bytes, the first signs, all verify. Needed with PostgreSQL; else kept beside the database. */
  readonly keys?: readonly string[] | undefined
  /** `aal1` (the default), `aal2`, `aal3`, or the two numbers. */
  readonly sessionPolicy?: keyof typeof SESSION_POLICIES | SessionPolicy | undefined
  /** The least length of a password, in code points: 15 unless a second factor is enforced elsewhere. */
  readonly minimumPasswordLength?: number | undefined
  /** Whether PostgreSQL is migrated at start. Default: unless NODE_ENV is `production`. */
  readonly migrate?: boolean | undefined
  /** Where audit events go. */
  readonly audit?: AuditLog | undefined
  /** Where failures are told. Default: the console. */
  readonly log?: Log | undefined
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
