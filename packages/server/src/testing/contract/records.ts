import { deepEqual, equal } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Session } from '../../core/session/session.ts'
import type { Store } from '../../core/store.ts'
import type { Registration } from '../../core/user/user-store.ts'
import type { User } from '../../core/user/user.ts'

/** The present of the contract: far ahead, so that no case deletes another's sessions as expired. */
export const NOW = Date.UTC(2100, 0, 1)
export const HOUR = 3_600_000

/** Sessions alive at `NOW`. */
export const ALIVE = { now: NOW, idleSince: NOW - 24 * HOUR }

export function anId(): string {
  return randomBytes(16).toString('base64url')
}

/** Looks like SHA-256 as base64url. */
export function aHash(): string {
  return randomBytes(32).toString('base64url')
}

export function aUser(changes: Partial<User> = {}): User {
  const id = anId()
  const normal = id.toLowerCase().replaceAll(/[^a-z0-9]/g, '.')
  return {
    id,
    email: `${normal}@example.com`,
    username: normal,
    name: 'Zoë Ångström 🧥',
    emailVerified: false,
    createdAt: NOW,
    disabledAt: null,
    ...changes,
  }
}

export function anAnonymousSession(changes: Partial<Session> = {}): Session {
  return {
    id: anId(),
    secretHash: aHash(),
    previous: null,
    userId: null,
    createdAt: NOW,
    lastSeenAt: NOW,
    expiresAt: NOW + HOUR,
    authenticatedAt: null,
    methods: [],
    clientAddress: '2001:db8::1',
    userAgent: 'Mozilla/5.0 (X11; Linux) “Ünïcode” 🦊',
    revision: 0,
    ...changes,
  }
}

export function aSessionOf(user: User, changes: Partial<Session> = {}): Session {
  return anAnonymousSession({ userId: user.id, authenticatedAt: NOW, methods: ['password'], ...changes })
}

export function aRegistration(changes: Partial<User> = {}): Registration {
  const user = aUser(changes)
  return { user, passwordHash: `$argon2id$${aHash()}`, session: aSessionOf(user), replaces: null }
}

/** A registered user with the revision that a sign-in would verify, and the session of the sign-up. */
export interface Registered extends Registration {
  readonly credentialRevision: number
}

export async function register(store: Store, changes: Partial<User> = {}): Promise<Registered> {
  const registration = aRegistration(changes)
  equal(await store.users.register(registration), 'created')
  return { ...registration, credentialRevision: await revisionOf(store, registration.user) }
}

export async function revisionOf(store: Store, user: User): Promise<number> {
  const credential = await store.credentials.findPassword({ email: user.email })
  if (!credential) throw new Error('the user has no password')
  return credential.credentialRevision
}

/** Signs a registered user in once more: a further session. */
export async function startSession(store: Store, of: Registered, changes: Partial<Session> = {}): Promise<Session> {
  const session = aSessionOf(of.user, changes)
  equal(await store.sessions.create(session, { credentialRevision: of.credentialRevision, replaces: null }), 'created')
  return session
}

/** Starts an anonymous session. */
export async function startAnonymous(store: Store, changes: Partial<Session> = {}): Promise<Session> {
  const session = anAnonymousSession(changes)
  equal(await store.sessions.create(session, { credentialRevision: null, replaces: null }), 'created')
  return session
}

/** The session as the store has it, which must be. */
export async function requireSession(store: Store, sessionId: string): Promise<Session> {
  const found = await store.sessions.find(sessionId)
  if (!found) throw new Error(`session ${sessionId} is not there`)
  return found.session
}

export async function expectNoSession(store: Store, sessionId: string): Promise<void> {
  equal(await store.sessions.find(sessionId), null, 'the session should not be there')
}

export async function expectSession(store: Store, session: Session): Promise<void> {
  deepEqual(await requireSession(store, session.id), session)
}
