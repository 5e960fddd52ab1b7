import type { AuditSource } from '../core/audit/audit-log.ts'
import type { Core } from '../core/core.ts'
import type { DataRules, DataSchemas } from '../core/session-data/data-rules.ts'
import { SessionData, type Visit } from '../core/session-data/session-data.ts'
import { SessionDataError } from '../core/session-data/session-data-error.ts'
import { startAnonymousSession } from '../core/session/start-session.ts'
import type { FrontEnds } from './front-ends.ts'
import { type OpenedData, openSealedData } from './open-sealed-data.ts'
import { refuseUntrusted } from './refuse-untrusted.ts'
import { RequestView } from './request-facts.ts'
import { type SessionCookie, setCookie } from './session-cookie.ts'
import { findVisit } from './who-is-it.ts'

/**
 * The session data of requests. By the rule of `auth.check`: a request that may not act for its session gets none.
 *
 * Where sessions are sealed, all who ask with one `Request` get the same, since all write one cookie.
 */
export class SessionDataOfRequests<Schemas extends DataSchemas> {
  readonly #core: Core
  readonly #frontEnds: FrontEnds
  readonly #rules: DataRules<Schemas>
  readonly #sealed = new WeakMap<Request, Promise<OpenedData<Schemas>>>()

  constructor(core: Core, frontEnds: FrontEnds, rules: DataRules<Schemas>) {
    this.#core = core
    this.#frontEnds = frontEnds
    this.#rules = rules
  }

  /**
   * @throws SessionDataError `origin-not-allowed`, `duplicate-cookie`
   * @throws StoreUnavailable, Busy
   */
  async open(request: Request, clientAddress: string | null): Promise<SessionData<Schemas>> {
    const core = this.#core
    const view = new RequestView(this.#frontEnds, request, () => clientAddress)
    const refused = refuseUntrusted(core, view, () => new URL(request.url).pathname)
    if (refused !== null)
      throw new SessionDataError('origin-not-allowed', `session data: ${refused.problem.detail ?? ''}`)
    if (view.tokens.length > 1) {
      throw new SessionDataError(
        'duplicate-cookie',
        'session data: two session cookies came, and either may be planted.',
      )
    }
    if (core.sealer !== null) {
      const opened = this.#sealed.get(request) ?? openSealedData(core, core.sealer.data, this.#rules, view)
      this.#sealed.set(request, opened)
      // A failure is this call's alone: the next one tries again.
      opened.catch(() => this.#sealed.delete(request))
      return (await opened).data
    }
    const session = await findVisit(core, view)
    const visit = new RequestVisit(core, session?.id ?? null, view.audience.cookie, view.source)
    const { clock, policy, store } = core
    return new SessionData({ data: store.data, clock, policy }, this.#rules, visit)
  }

  /** The Set-Cookie value that a request's answer must carry for the data of a sealed session; null when there is none. */
  async setCookieOf(request: Request): Promise<string | null> {
    return (await this.#sealed.get(request))?.data.setCookie ?? null
  }

  /** The session of a request was replaced: what is asked of its data from now on is refused. */
  async end(request: Request): Promise<void> {
    const opened = this.#sealed.get(request)
    this.#sealed.delete(request)
    ;(await opened)?.end()
  }
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
