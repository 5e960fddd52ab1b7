import type { AuditSource } from '../audit/audit-log.ts'
import type { Core } from '../core.ts'
import type { CreateOptions } from './session-store.ts'
import { mintToken } from './session-token.ts'
import type { Method, Session } from './session.ts'

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
}

/** 128 random bits collide once in a universe: a second collision means that the random source is broken. */
const ATTEMPTS = 3

/**
 * Draws up a session, its ID and secret always new, and has `create` keep it, again with another ID if that one exists.
 *
 * @returns what `create` answered, with the session that it answered for
 * @throws Error when the random source keeps giving IDs that exist
 */
export async function startSession<Outcome extends string>(
  core: Pick<Core, 'keys' | 'random' | 'policy'>,
  start: SessionStart,
  create: (session: Session) => Promise<Outcome | 'id-exists'>,
): Promise<{ readonly outcome: Exclude<Outcome, 'id-exists'>; readonly started: StartedSession }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { token, sessionId, secretHash } = mintToken(core.keys, core.random)
    const session: Session = {
      id: sessionId,
      secretHash,
      previous: null,
      userId: start.userId,
      createdAt: start.now,
      lastSeenAt: start.now,
      expiresAt: start.now + core.policy.absoluteSeconds * 1_000,
      authenticatedAt: start.userId === null ? null : start.now,
      methods: start.methods,
      clientAddress: start.source.address,
      userAgent: start.source.userAgent,
      revision: 0,
    }
    const outcome = await create(session)
    if (outcome !== 'id-exists') {
      return { outcome: outcome as Exclude<Outcome, 'id-exists'>, started: { session, token } }
    }
  }
  throw new Error(`The random source gave ${ATTEMPTS} session IDs that exist; no session was started.`)
}

/** Starts a session for a visitor who has not signed in. @throws StoreUnavailable, Busy */
export async function startAnonymousSession(
  core: Pick<Core, 'keys' | 'random' | 'policy' | 'store' | 'clock'>,
  source: AuditSource,
): Promise<StartedSession> {
  const start = { userId: null, methods: [], now: await core.clock.now(), source }
  const { started } = await startSession(core, start, (session) =>
    core.store.sessions.create(session, { credentialRevision: null, replaces: null }),
  )
  return started
}

/** Starts a signed-in session through the session store. @see SessionStore.create */
export function startSignedInSession(
  core: Pick<Core, 'keys' | 'random' | 'policy' | 'store'>,
  start: SessionStart,
  options: CreateOptions,
): Promise<{ readonly outcome: 'created' | 'user-changed'; readonly started: StartedSession }> {
  return startSession(core, start, (session) => core.store.sessions.create(session, options))
}
