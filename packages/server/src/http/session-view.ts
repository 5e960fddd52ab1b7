import type { DeviceSession, SessionView, Session as WireSession, User as WireUser } from '@coatcheck/client/protocol'
import type { SignedIn } from '../core/session/check-session.ts'
import { describeSession } from '../core/session/session-description.ts'
import type { SessionPolicy } from '../core/session/session-policy.ts'
import type { Session } from '../core/session/session.ts'
import type { User } from '../core/user/user.ts'

/** The wire form of who is signed in; instants become ISO 8601. */
export function sessionView({ user, session }: SignedIn, policy: SessionPolicy): SessionView {
  return { user: wireUser(user), session: wireSession(session, policy) }
}

/** The wire form of one of a user's devices. */
export function deviceSession(session: Session, currentId: string, policy: SessionPolicy): DeviceSession {
  return {
    ...wireSession(session, policy),
    current: session.id === currentId,
    address: session.clientAddress,
    userAgent: session.userAgent,
  }
}

function wireUser(user: User): WireUser {
  const { id, email, username, name, emailVerified, createdAt } = user
  return { id, email, username, name, emailVerified, createdAt: iso(createdAt) }
}

function wireSession(session: Session, policy: SessionPolicy): WireSession {
  const { id, createdAt, lastSeenAt, expiresAt, idleExpiresAt, authenticatedAt, methods } = describeSession(
    session,
    policy,
  )
  return {
    id,
    createdAt: iso(createdAt),
    lastSeenAt: iso(lastSeenAt),
    expiresAt: iso(expiresAt),
    idleExpiresAt: iso(idleExpiresAt),
    // Only signed-in sessions are shown, and those were all authenticated.
    authenticatedAt: iso(authenticatedAt ?? createdAt),
    methods: [...methods],
  }
}

function iso(instant: number): string {
  return new Date(instant).toISOString()
}
