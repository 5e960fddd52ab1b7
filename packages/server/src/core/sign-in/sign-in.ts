import type { SignInRefusal } from '../audit/audit-event.ts'
import type { AuditSource } from '../audit/audit-log.ts'
import type { Core } from '../core.ts'
import type { Identifier, PasswordCredential } from '../credential/credential-store.ts'
import { normalisePassword } from '../credential/password-rules.ts'
import { Busy, NoDatabase, StoreUnavailable } from '../errors.ts'
import { networkOf } from '../network.ts'
import { startSignedInSession, type StartedSession } from '../session/start-session.ts'
import { normaliseEmail } from '../user/email.ts'
import type { User } from '../user/user.ts'
import { normaliseUsername } from '../user/username.ts'
import { waitForAnswerGrid } from './answer-grid.ts'
import { recordReplaced } from './replaced-session.ts'

/** A sign-in as it was asked for. */
export interface SignIn {
  /** The email or the username, as it was typed. */
  readonly identifier: string
  readonly password: string
  /** Finds the session that the browser presented, if it is a live one: it ends as the new one starts. */
  findReplaced(): Promise<string | null>
  readonly source: AuditSource
  /** Of the cookie that the new session goes into. */
  readonly cookieName: string
}

/**
 * Signs a user in with their password. Always starts a new session, and ends the one that the browser had.
 *
 * Unknown user, wrong password, disabled user: null for all of them, after the same work, on the same grid of time. The
 * reason goes to the audit log only.
 *
 * @throws NoDatabase where no accounts are kept
 * @throws Busy when too many passwords are waiting to be hashed; nothing was written
 * @throws StoreUnavailable when it cannot be known; a session that may have been started is one nobody holds the token of
 */
export async function signIn(core: Core, request: SignIn): Promise<({ readonly user: User } & StartedSession) | null> {
  if (!core.hasDatabase) throw new NoDatabase()
  const startedAtMs = core.clock.monotonicMs()
  const network = networkOf(request.source.address)
  core.hasher.requireRoom(network)
  const identifier = parseIdentifier(request.identifier)
  const credential = identifier === null ? null : await core.store.credentials.findPassword(identifier)
  const password = normalisePassword(request.password)
  const storedHash = password === null ? null : (credential?.passwordHash ?? null)
  const verified = await core.hasher.verify(storedHash, password ?? '', network)

  const refuse = async (reason: SignInRefusal): Promise<null> => {
    core.audit.record({ type: 'sign-in.refused', userId: credential?.user.id ?? null, reason }, request.source)
    await waitForAnswerGrid(core.clock, startedAtMs)
    return null
  }
  if (credential === null) return refuse('unknown-user')
  if (!verified || password === null) return refuse('wrong-password')
  if (credential.user.disabledAt !== null) return refuse('user-disabled')

  const replaces = await request.findReplaced()
  const { outcome, started } = await startSignedInSession(
    core,
    {
      userId: credential.user.id,
      methods: ['password'],
      now: await core.clock.now(),
      source: request.source,
      epoch: credential.epoch,
      cookieName: request.cookieName,
    },
    { credentialRevision: credential.credentialRevision, replaces, carryOver: core.carryOver },
  )
  // The password was changed, or the user disabled, between the look-up and now: what was verified is no longer true.
  if (outcome === 'user-changed') return refuse('user-changed')
  recordReplaced(core, replaces, request.source)
  core.audit.record(
    { type: 'session.started', userId: credential.user.id, sessionId: started.session.id },
    request.source,
  )
  await upgradeHash(core, credential, password, network)
  return { user: credential.user, ...started }
}

/** What was typed, as the email or the username it can only be; null when it is neither. */
function parseIdentifier(typed: string): Identifier | null {
  if (typed.includes('@')) {
    const email = normaliseEmail(typed)
    return email === null ? null : { email }
  }
  const username = normaliseUsername(typed)
  return username === null ? null : { username }
}

/** Hashes the password again where the stored hash is weaker than today's; another time will do if it cannot be now. */
async function upgradeHash(
  core: Core,
  credential: PasswordCredential,
  password: string,
  network: string,
): Promise<void> {
  if (!core.hasher.isOutdated(credential.passwordHash)) return
  try {
    const stronger = await core.hasher.hash(password, network)
    await core.store.credentials.upgradePasswordHash(credential.user.id, credential.passwordHash, stronger)
  } catch (error) {
    if (!(error instanceof Busy || error instanceof StoreUnavailable)) throw error
  }
}
