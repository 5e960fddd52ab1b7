import type { AuditSource } from '../audit/audit-log.ts'
import type { Core } from '../core.ts'
import { normalisePassword, rejectPassword, type PasswordRejection } from '../credential/password-rules.ts'
import { NoDatabase } from '../errors.ts'
import { networkOf } from '../network.ts'
import { newId } from '../random.ts'
import { startSession, type StartedSession } from '../session/start-session.ts'
import type { User } from '../user/user.ts'
import { recordReplaced } from './replaced-session.ts'

/** A registration as it was asked for: email, username and name in their normal forms. */
export interface SignUp {
  readonly email: string
  readonly username: string | null
  readonly name: string | null
  readonly password: string
  /** Finds the session that the browser presented, if it is a live one: it ends as the new one starts. */
  findReplaced(): Promise<string | null>
  readonly source: AuditSource
  /** Of the cookie that the first session goes into. */
  readonly cookieName: string
}

/** An account with its first session, or why there is none. */
export type SignUpResult =
  | ({ readonly ok: true; readonly user: User } & StartedSession)
  | { readonly ok: false; readonly reason: 'email-taken' | 'username-taken' }
  | { readonly ok: false; readonly reason: 'password-rejected'; readonly rejection: PasswordRejection }

/**
 * Registers a user and signs them in. User, credential and session come into being together, or not at all; of any number
 * of registrations of one email, exactly one succeeds.
 *
 * @throws NoDatabase where no accounts are kept
 * @throws Busy when too many passwords are waiting to be hashed; nothing was written
 * @throws StoreUnavailable with `outcome: 'unknown'` when the account may or may not exist
 */
export async function signUp(core: Core, request: SignUp): Promise<SignUpResult> {
  if (!core.hasDatabase) throw new NoDatabase()
  const network = networkOf(request.source.address)
  core.hasher.requireRoom(network)
  const password = normalisePassword(request.password)
  const rejection = rejectPassword(core.passwordRules, request.password, request)
  if (password === null || rejection !== null) {
    return { ok: false, reason: 'password-rejected', rejection: rejection ?? 'too-long' }
  }
  const taken = await core.store.users.findTaken(request.email, request.username)
  if (taken !== null) return refuse(core, taken, request.source)

  const passwordHash = await core.hasher.hash(password, network)
  const replaces = await request.findReplaced()
  const now = await core.clock.now()
  const user: User = {
    id: newId(core.random),
    email: request.email,
    username: request.username,
    name: request.name,
    emailVerified: false,
    createdAt: now,
    disabledAt: null,
  }
  const { source, cookieName } = request
  const start = { userId: user.id, methods: ['password'] as const, now, source, epoch: 0, cookieName }
  const { outcome, started } = await startSession(core, start, (session) =>
    core.store.users.register({ user, passwordHash, session, replaces, carryOver: core.carryOver }),
  )
  if (outcome !== 'created') return refuse(core, outcome, request.source)
  recordReplaced(core, replaces, request.source)
  core.audit.record({ type: 'user.signed-up', userId: user.id }, request.source)
  core.audit.record({ type: 'session.started', userId: user.id, sessionId: started.session.id }, request.source)
  return { ok: true, user, ...started }
}

function refuse(core: Core, reason: 'email-taken' | 'username-taken', source: AuditSource): SignUpResult {
  core.audit.record({ type: 'sign-up.refused', reason }, source)
  return { ok: false, reason }
}
