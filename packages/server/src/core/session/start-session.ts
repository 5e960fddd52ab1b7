import type { AuditSource } from '../audit/audit-log.ts'
import type { Core } from '../core.ts'
import { newId } from '../random.ts'
import { sealedSessionId, type SealedUser } from './sealed-session.ts'
import type { SessionSealer } from './session-sealer.ts'
import type { CreateOptions } from './session-store.ts'
import { mintToken } from './session-token.ts'
import type { Method, Session } from './session.ts'
import type { User } from '../user/user.ts'

/** A session that was started, and the token that goes into its cookie: the only time the secret is seen. */
export interface StartedSession {
  readonly session: Session
  readonly token: string
}

/** Whose session, proved how, and from where. */
export interface SessionStart {
  /** Null for a visitor who has not signed in. */
  readonly userId: string | null
  readonly methods: readonly Method[]
  readonly now: number
  readonly source: AuditSource
  /** The user's epoch, read with what was verified. Only a sealed session needs it. */
  readonly epoch?: number
  /** Of the cookie that the token is for. Only a sealed session needs it. */
  readonly cookieName?: string
  /** Goes into the cookie, where there is no database. */
  readonly user?: User
}

type Starting = Pick<Core, 'keys' | 'sealer' | 'random' | 'policy'>

/** 128 random bits collide once in a universe: a second collision means that the random source is broken. */
const ATTEMPTS = 3

/**
 * Draws up a session, its ID and secret always new, and has `create` keep it, again with another ID if that one exists.
 *
 * @returns what `create` answered, with the session that it answered for
 * @throws Error when the random source keeps giving IDs that exist
 */
export async function startSession<Outcome extends string>(
  core: Starting,
  start: SessionStart,
  create: (session: Session) => Promise<Outcome | 'id-exists'>,
): Promise<{ readonly outcome: Exclude<Outcome, 'id-exists'>; readonly started: StartedSession }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const started = core.sealer === null ? drawUp(core, start) : drawUpSealed(core, core.sealer, start)
    const outcome = await create(started.session)
    if (outcome !== 'id-exists') return { outcome: outcome as Exclude<Outcome, 'id-exists'>, started }
  }
  throw new Error(`The random source gave ${ATTEMPTS} session IDs that exist; no session was started.`)
}

/** Starts a session for a visitor who has not signed in. @throws StoreUnavailable, Busy */
export async function startAnonymousSession(
  core: Starting & Pick<Core, 'store' | 'clock'>,
  source: AuditSource,
): Promise<StartedSession> {
  const start = { userId: null, methods: [], now: await core.clock.now(), source }
  const { started } = await startSession(core, start, (session) =>
    core.store.sessions.create(session, { credentialRevision: null, replaces: null }),
  )
  return started
}

function drawUp(core: Starting, start: SessionStart): StartedSession {
  const { token, sessionId, secretHash } = mintToken(core.keys, core.random)
  return { session: { ...draft(core, start), id: sessionId, secretHash }, token }
}

/** All of it goes into the cookie. */
function drawUpSealed(core: Starting, sealer: SessionSealer, start: SessionStart): StartedSession {
  const drafted = draft(core, start)
  const { expiresAt, createdAt, methods } = drafted
  const { userId, epoch, cookieName, now, user } = start
  if (userId === null || epoch === undefined || cookieName === undefined)
    throw new TypeError('a sealed session needs a user, their epoch, and the name of its cookie')
  const [id, mark] = [sealedSessionId(core.random, expiresAt), newId(core.random)]
  const times = { createdAt, expiresAt, authenticatedAt: now }
  const claims = { sessionId: id, mark, userId, epoch, ...times, methods, ...(user && { user: sealedUser(user) }) }
  return { session: { ...drafted, id, secretHash: mark, epoch }, token: sealer.seal(cookieName, claims) }
}

function sealedUser({ email, username, name, emailVerified, createdAt }: User): SealedUser {
  return { email, username, name, emailVerified, createdAt }
}

function draft(
  { policy }: Starting,
  { userId, now, methods, source }: SessionStart,
): Omit<Session, 'id' | 'secretHash'> {
  return {
    previous: null,
    userId,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: now + policy.absoluteSeconds * 1_000,
    authenticatedAt: userId === null ? null : now,
    methods,
    clientAddress: source.address,
    userAgent: source.userAgent,
    revision: 0,
  }
}

/** Starts a signed-in session through the session store. @see SessionStore.create */
export function startSignedInSession(
  core: Starting & Pick<Core, 'store'>,
  start: SessionStart,
  options: CreateOptions,
): Promise<{ readonly outcome: 'created' | 'user-changed'; readonly started: StartedSession }> {
  return startSession(core, start, (session) => core.store.sessions.create(session, options))
}
