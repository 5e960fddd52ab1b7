import type { SignInRefusal } from '../audit/audit-event.ts'
import type { AuditSource } from '../audit/audit-log.ts'
import type { Core } from '../core.ts'
import type { StartableUser } from '../credential/credential-store.ts'
import { type StartedSession, startSignedInSession } from '../session/start-session.ts'
import { type RecognisedUser, requireUserId, userRecognised } from '../user/recognised-user.ts'
import type { User } from '../user/user.ts'
import { recordReplaced } from './replaced-session.ts'

/** The start of a session for a user whom the application itself has recognised: by another sign-in, a link, a certificate. */
export interface RecognisedStart {
  readonly user: RecognisedUser
  /** Finds the session that the browser presented, if it is a live one: it ends as the new one starts. */
  findReplaced(): Promise<string | null>
  readonly source: AuditSource
  /** Of the cookie that the new session goes into. */
  readonly cookieName: string
}

/**
 * Starts a session without a password. Always a new one; the one that the browser had ends, where there is a database.
 *
 * The credential revision is read with the user, so a change of password or a disable that comes after lets no session start.
 *
 * @returns null when there is no such user, they are disabled, or their credentials changed at that moment
 * @throws TypeError when the ID cannot be one; without a database, when what is told of the user cannot be
 * @throws StoreUnavailable, Busy
 */
export async function startRecognised(
  core: Core,
  { user: given, findReplaced, source, cookieName }: RecognisedStart,
): Promise<({ readonly user: User } & StartedSession) | null> {
  const now = await core.clock.now()
  const refuse = (reason: SignInRefusal): null => {
    core.audit.record({ type: 'sign-in.refused', userId: given.id, reason }, source)
    return null
  }
  requireUserId(given.id)
  const { found, sealedUser } = core.hasDatabase
    ? { found: await core.store.credentials.findUser(given.id), sealedUser: {} }
    : withoutDatabase(given, now)
  if (found === null) return refuse('unknown-user')
  const { user, credentialRevision, epoch } = found
  if (user.disabledAt !== null) return refuse('user-disabled')
  const replaces = core.hasDatabase ? await findReplaced() : null
  const { outcome, started } = await startSignedInSession(
    core,
    { userId: user.id, methods: ['application'], now, source, epoch, cookieName, ...sealedUser },
    { credentialRevision, replaces, carryOver: core.carryOver },
  )
  if (outcome === 'user-changed') return refuse('user-changed')
  recordReplaced(core, replaces, source)
  core.audit.record({ type: 'session.started', userId: user.id, sessionId: started.session.id }, source)
  return { user, ...started }
}

/** All that is known of the user goes into the cookie, and no session is known that could end. */
function withoutDatabase(
  given: RecognisedUser,
  now: number,
): { readonly found: StartableUser; readonly sealedUser: { readonly user: User } } {
  const user = userRecognised(given, now)
  return { found: { user, credentialRevision: 0, epoch: 0 }, sealedUser: { user } }
}
