import { idleExpiresAt, type SessionPolicy } from './session-policy.ts'
import type { Method, Session } from './session.ts'

/** What may be told of a session: all but its secrets. Instants are milliseconds since the Unix epoch. */
export interface SessionDescription {
  readonly id: string
  readonly userId: string | null
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly expiresAt: number
  /** The end that comes if the session is not used again. */
  readonly idleExpiresAt: number
  readonly authenticatedAt: number | null
  readonly methods: readonly Method[]
  readonly clientAddress: string | null
  readonly userAgent: string | null
}

/** Describes a session to those who may see it. Named field by field, so that no new secret slips through. */
export function describeSession(session: Session, policy: SessionPolicy): SessionDescription {
  return {
    id: session.id,
    userId: session.userId,
    createdAt: session.createdAt,
    lastSeenAt: session.lastSeenAt,
    expiresAt: session.expiresAt,
    idleExpiresAt: idleExpiresAt(policy, session),
    authenticatedAt: session.authenticatedAt,
    methods: session.methods,
    clientAddress: session.clientAddress,
    userAgent: session.userAgent,
  }
}
