import type { AuditSource } from './core/audit/audit-log.ts'
import type { Core } from './core/core.ts'
import type { DataSchemas } from './core/session-data/data-rules.ts'
import { listSessions } from './core/session/list-sessions.ts'
import { revokeSession, revokeSessions } from './core/session/revoke-session.ts'
import { rotateSession } from './core/session/rotate-session.ts'
import { describeSession } from './core/session/session-description.ts'
import { waitForEveryLease } from './core/session/wait-for-every-lease.ts'
import { startRecognised } from './core/sign-in/start-recognised.ts'
import type { FrontEnds } from './http/front-ends.ts'
import { refuseUntrusted } from './http/refuse-untrusted.ts'
import { RequestView } from './http/request-facts.ts'
import { setCookie } from './http/session-cookie.ts'
import type { SessionDataOfRequests } from './http/session-data-of-requests.ts'
import type { AuthSessions, ClientInfo, EndOptions } from './auth.ts'

/** Back-end code acts from nowhere. */
export const APPLICATION: AuditSource = { address: null, userAgent: null }

/** Sessions, for back-end code. */
export function authSessions(
  core: Core,
  frontEnds: FrontEnds,
  sessionData: Pick<SessionDataOfRequests<DataSchemas>, 'signIn'>,
): AuthSessions {
  return {
    async start(request, user, info) {
      const view = new RequestView(frontEnds, request, () => addressOf(info))
      const { audience, source } = view
      if (refuseUntrusted(core, view, () => new URL(request.url).pathname) !== null) return null
      const signIn = sessionData.signIn(request, view)
      try {
        const { findReplaced } = signIn
        const started = await startRecognised(core, { user, findReplaced, source, cookieName: audience.cookie.name })
        if (started === null) return null
        const { session, token } = started
        const { createdAt: now, expiresAt } = session
        const setCookies = [
          setCookie(audience.cookie, token, (expiresAt - now) / 1_000),
          ...(await signIn.started({ token, expiresAt, now })),
        ]
        return { user: started.user, session: describeSession(session, core.policy), setCookies }
      } finally {
        signIn.over()
      }
    },
    async listByUser(userId) {
      const sessions = await listSessions(core, userId)
      return sessions.map((session) => describeSession(session, core.policy))
    },
    async revoke(sessionId, options) {
      const revoked = await revokeSession(core, { sessionId }, 'application', APPLICATION)
      await waitAsAsked(core, options)
      return revoked
    },
    async revokeByUser(userId, exceptSessionId, options) {
      const target = typeof exceptSessionId === 'string' ? { userId, exceptSessionId } : { userId }
      const count = await revokeSessions(core, target, 'application', APPLICATION)
      await waitAsAsked(core, options)
      return count
    },
    async rotate(request, info) {
      const { audience, tokens, trust, source } = new RequestView(frontEnds, request, () => addressOf(info))
      const [token, ...others] = tokens
      if (!trust.ok || token === undefined || others.length > 0) return null
      const authenticatedAt = info?.authenticated === true ? await core.clock.now() : undefined
      const rotated = await rotateSession(core, token, source, authenticatedAt, audience.cookie.name)
      if (rotated === null) return null
      const now = await core.clock.now()
      return { setCookie: setCookie(audience.cookie, rotated.token, (rotated.expiresAt - now) / 1_000) }
    },
  }
}

/** The client's address, as whoever called knows it. */
export function addressOf(info?: ClientInfo): string | null {
  return info?.clientAddress ?? null
}

/** Waits, if that was asked for, until every node has heard. */
export async function waitAsAsked(core: Core, { wait }: EndOptions = {}): Promise<void> {
  if (wait === 'everywhere') await waitForEveryLease(core)
}
