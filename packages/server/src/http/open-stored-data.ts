import type { AuditSource } from '../core/audit/audit-log.ts'
import type { Core } from '../core/core.ts'
import type { DataRules, DataSchemas } from '../core/session-data/data-rules.ts'
import { refusal, SessionData, type Visit } from '../core/session-data/session-data.ts'
import type { Session } from '../core/session/session.ts'
import { startAnonymousSession } from '../core/session/start-session.ts'
import { endedBy, type OpenedData, type RequestFate } from './opened-data.ts'
import type { RequestView } from './request-facts.ts'
import { type SessionCookie, setCookie } from './session-cookie.ts'

/** The data of a stored session: beside it, in the store. */
export function openStoredData<Schemas extends DataSchemas>(
  core: Core,
  rules: DataRules<Schemas>,
  view: RequestView,
  session: Session | null,
  fate: RequestFate,
): OpenedData<Schemas> {
  const sessionId = session?.id ?? null
  const visit = new RequestVisit(core, sessionId, view.audience.cookie, view.source, fate)
  const { clock, policy, store } = core
  return {
    data: new SessionData({ data: store.data, clock, policy }, rules, visit),
    sessionId,
    findStarted: () => visit.findStarted(),
    ofVisitor: () => null,
  }
}

/** The session that a request came with, or gets. */
class RequestVisit implements Visit {
  readonly #core: Core
  readonly #cookie: SessionCookie
  readonly #source: AuditSource
  readonly #fate: RequestFate
  readonly #cameWith: string | null
  #sessionId: Promise<string | null>
  #setCookie: string | null = null

  constructor(core: Core, sessionId: string | null, cookie: SessionCookie, source: AuditSource, fate: RequestFate) {
    this.#core = core
    this.#cameWith = sessionId
    this.#sessionId = Promise.resolve(sessionId)
    this.#cookie = cookie
    this.#source = source
    this.#fate = fate
  }

  /** None once the request has got another session: the cookie of this one would take the place of that one's. */
  get setCookie(): string | null {
    return this.#fate.isReplaced ? null : this.#setCookie
  }

  get endedBy(): 'replaced' | 'session-ended' {
    return endedBy(this.#fate)
  }

  /** Waits for one that is being started: what was written before must be found. */
  async find(): Promise<string | null> {
    const sessionId = await this.#sessionId
    if (this.#fate.isReplaced) throw refusal('', 'replaced')
    return sessionId
  }

  /** One session, however many ask at once; one that could not be started leaves all as it was. */
  start(): Promise<string> {
    const before = this.#sessionId
    const started = before.then((sessionId) => {
      if (this.#fate.isReplaced) throw refusal('', 'replaced')
      return sessionId ?? this.#start()
    })
    this.#sessionId = started.catch(() => before)
    return started
  }

  async findStarted(): Promise<string | null> {
    const sessionId = await this.#sessionId
    return sessionId === this.#cameWith ? null : sessionId
  }

  async #start(): Promise<string> {
    // Nothing would take its place, nor carry over what it gets.
    if (this.#fate.signIns > 0) throw refusal('', 'replaced')
    const { session, token } = await startAnonymousSession(this.#core, this.#source)
    this.#setCookie = setCookie(this.#cookie, token, this.#core.policy.absoluteSeconds)
    return session.id
  }
}
