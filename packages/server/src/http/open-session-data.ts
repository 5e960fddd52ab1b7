import type { AuditSource } from '../core/audit/audit-log.ts'
import type { Core } from '../core/core.ts'
import type { DataRules, DataSchemas } from '../core/session-data/data-rules.ts'
import { SessionData, type Visit } from '../core/session-data/session-data.ts'
import { SessionDataError } from '../core/session-data/session-data-error.ts'
import { startAnonymousSession } from '../core/session/start-session.ts'
import type { FrontEnds } from './front-ends.ts'
import { openSealedData } from './open-sealed-data.ts'
import { refuseUntrusted } from './refuse-untrusted.ts'
import { RequestView } from './request-facts.ts'
import { type SessionCookie, setCookie } from './session-cookie.ts'
import { findVisit } from './who-is-it.ts'

/**
 * The session data of a request. By the rule of `auth.check`: one that may not act for its session gets none.
 *
 * @throws SessionDataError `origin-not-allowed`, `duplicate-cookie`
 * @throws StoreUnavailable, Busy
 */
export async function openSessionData<Schemas extends DataSchemas>(
  core: Core,
  frontEnds: FrontEnds,
  rules: DataRules<Schemas>,
  request: Request,
  clientAddress: string | null,
): Promise<SessionData<Schemas>> {
  const view = new RequestView(frontEnds, request, () => clientAddress)
  const refused = refuseUntrusted(core, view, () => new URL(request.url).pathname)
  if (refused !== null)
    throw new SessionDataError('origin-not-allowed', `session data: ${refused.problem.detail ?? ''}`)
  if (view.tokens.length > 1) {
    throw new SessionDataError('duplicate-cookie', 'session data: two session cookies came, and either may be planted.')
  }
  if (core.dataSealer !== null) return openSealedData(core, core.dataSealer, rules, view)
  const session = await findVisit(core, view)
  const visit = new RequestVisit(core, session?.id ?? null, view.audience.cookie, view.source)
  const { clock, policy, store } = core
  return new SessionData({ data: store.data, clock, policy }, rules, visit)
}

/** The session that a request came with, or gets. */
class RequestVisit implements Visit {
  setCookie: string | null = null
  readonly #core: Core
  readonly #cookie: SessionCookie
  readonly #source: AuditSource
  #sessionId: Promise<string | null>

  constructor(core: Core, sessionId: string | null, cookie: SessionCookie, source: AuditSource) {
    this.#core = core
    this.#sessionId = Promise.resolve(sessionId)
    this.#cookie = cookie
    this.#source = source
  }

  /** Waits for one that is being started: what was written before must be found. */
  find(): Promise<string | null> {
    return this.#sessionId
  }

  /** One session, however many ask at once; one that could not be started leaves none. */
  async start(): Promise<string> {
    const started = this.#sessionId.then((sessionId) => sessionId ?? this.#start())
    this.#sessionId = started.catch(() => null)
    return started
  }

  async #start(): Promise<string> {
    const { session, token } = await startAnonymousSession(this.#core, this.#source)
    this.setCookie = setCookie(this.#cookie, token, this.#core.policy.absoluteSeconds)
    return session.id
  }
}
