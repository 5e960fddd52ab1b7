import type { AuditSource } from '../audit/audit-log.ts'
import type { Core } from '../core.ts'
import { type StartedSession, startSignedInSession } from '../session/start-session.ts'
import { type RecognisedUser, userRecognised } from '../user/recognised-user.ts'
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
 * Starts a session without a password. Always a new one; the one that the browser had ends.
 *
 * @returns null when there is no such user, they are disabled, or their credentials changed at that moment
 * @throws TypeError where there is no database, and what is told of the user cannot be
 * @throws StoreUnavailable, Busy
 */
export async function startRecognised(
  core: Core,
  { user: given, findReplaced, source, cookieName }: RecognisedStart,
): Promise<({ readonly user: User } & StartedSession) | null> {
  const now = await core.clock.now()
  const found = core.hasDatabase ? await findUser(core, given.id) : withoutDatabase(given, now)
  if (found === null) return null
  const { user, credentialRevision, epoch } = found
  const replaces = core.hasDatabase ? await findReplaced() : null
  const { outcome, started } = await startSignedInSession(
    core,
    {
      userId: user.id,
      methods: ['application'],
      now,
      source,
      epoch,
      cookieName,
      ...(core.hasDatabase ? {} : { user }),
    },
    { credentialRevision, replaces, carryOver: core.carryOver },
  )
  if (outcome === 'user-changed') return null
  recordReplaced(core, replaces, source)
  core.audit.record({ type: 'session.started', userId: user.id, sessionId: started.session.id }, source)
  return { user, ...started }
}

interface Startable {
  readonly user: User
  readonly credentialRevision: number
  readonly epoch: number
}

/** The revision is read with the user: a change of password or a disable that comes later lets no session start. */
async function findUser({ store }: Pick<Core, 'store'>, userId: string): Promise<Startable | null> {
  const known = await store.users.find(userId)
  const found = known === null ? null : await store.credentials.findPassword({ email: known.email })
  return found === null || found.user.id !== userId || found.user.disabledAt !== null ? null : found
}

function withoutDatabase(given: RecognisedUser, now: number): Startable {
  return { user: userRecognised(given, now), credentialRevision: 0, epoch: 0 }
}
