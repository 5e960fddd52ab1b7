import { ConfigurationError } from '../errors.ts'
import type { SessionKeeping } from '../store.ts'
import type { Session } from './session.ts'

/** The two clocks that end a session; the server enforces both. */
export interface SessionPolicy {
  /** From the start of the session to its end, whatever happens in between. */
  readonly absoluteSeconds: number
  /** From the last use of the session to its end. */
  readonly idleSeconds: number
}

/** Session time-outs of NIST SP 800-63B-4, section 5.2: the overall and the inactivity time-out of each level. */
export const SESSION_POLICIES = {
  aal1: { absoluteSeconds: 30 * 86_400, idleSeconds: 7 * 86_400 },
  aal2: { absoluteSeconds: 24 * 3_600, idleSeconds: 3_600 },
  aal3: { absoluteSeconds: 12 * 3_600, idleSeconds: 15 * 60 },
} as const satisfies Record<string, SessionPolicy>

/** Browsers keep no cookie for longer than 400 days (RFC 6265bis, section 5.5): a session beyond that cannot be kept. */
const LONGEST_SECONDS = 400 * 86_400

/** A user's sessions beyond this many end, the least recently used first: nobody has more devices, and lists stay short. */
export const MAXIMUM_SESSIONS_PER_USER = 100

/** How long a replaced secret still works once the new one has been presented. */
export const ROTATION_GRACE_MS = 30_000

/**
 * @throws ConfigurationError when a number is not a whole one between a second and 400 days, or idle is beyond absolute
 */
export function requireSessionPolicy(policy: SessionPolicy): SessionPolicy {
  for (const key of ['absoluteSeconds', 'idleSeconds'] as const) {
    const seconds = policy[key]
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_SECONDS) {
      throw new ConfigurationError(
        `COATCHECK_SESSION_POLICY: ${key} is ${seconds}; it must be a whole number of seconds from 1 to ${LONGEST_SECONDS}.`,
      )
    }
  }
  if (policy.idleSeconds > policy.absoluteSeconds) {
    throw new ConfigurationError(
      `COATCHECK_SESSION_POLICY: idle (${policy.idleSeconds} s) is beyond absolute (${policy.absoluteSeconds} s); make it the same or less.`,
    )
  }
  return policy
}

/**
 * The policy for sessions that are kept so. Nobody writes down when a sealed one was used: it ends as soon as an unused one
 * would, by either clock, however much it is used.
 */
export function policyFor(sessions: SessionKeeping, policy: SessionPolicy): SessionPolicy {
  return sessions === 'stored' ? policy : { absoluteSeconds: policy.idleSeconds, idleSeconds: policy.idleSeconds }
}

/**
 * How far `lastSeenAt` may lie behind the truth: it is written at most this often per session, in milliseconds.
 * Idleness is refused only after this much slack, so that an unwritten use never ends a session early.
 */
export function touchIntervalMs(policy: SessionPolicy): number {
  return Math.min(60_000, (policy.idleSeconds * 1_000) / 10)
}

/** How often what was noted of uses is written: often enough that it is written long before it matters. */
export function touchFlushMs(policy: SessionPolicy): number {
  return Math.min(1_000, touchIntervalMs(policy) / 4)
}

/** The instant at which a session used at `lastSeenAt` is refused for idleness, unless its absolute end comes first. */
export function idleExpiresAt(policy: SessionPolicy, session: Pick<Session, 'lastSeenAt' | 'expiresAt'>): number {
  return Math.min(session.lastSeenAt + policy.idleSeconds * 1_000, session.expiresAt)
}

/** Sessions last used at or before this instant are idle: refused, and left out of lists. */
export function idleSince(policy: SessionPolicy, now: number): number {
  return now - policy.idleSeconds * 1_000 - touchIntervalMs(policy)
}

/** Whether a session may still be used at `now`: before its absolute end, and not idle beyond the slack. */
export function isAlive(
  policy: SessionPolicy,
  session: Pick<Session, 'lastSeenAt' | 'expiresAt'>,
  now: number,
): boolean {
  return now < session.expiresAt && session.lastSeenAt > idleSince(policy, now)
}
