import type { Core } from '../core/core.ts'
import type { DataRules, DataSchemas } from '../core/session-data/data-rules.ts'
import { refusal, type SessionData } from '../core/session-data/session-data.ts'
import { SessionDataError } from '../core/session-data/session-data-error.ts'
import type { Session } from '../core/session/session.ts'
import { carriedOver, removedData, type SessionStarted, visitorData } from './data-cookie.ts'
import type { FrontEnds } from './front-ends.ts'
import { openSealedData } from './open-sealed-data.ts'
import { openStoredData } from './open-stored-data.ts'
import { endedBy, type OpenedData, type RequestFate } from './opened-data.ts'
import { refuseUntrusted } from './refuse-untrusted.ts'
import { RequestView } from './request-facts.ts'
import { findReplaced, findVisit } from './who-is-it.ts'

/** One sign-in by a request: what its data have to know of it. */
export interface RequestSignIn {
  /**
   * What it takes the place of. From now on the request starts no anonymous session, until it is over.
   *
   * @throws StoreUnavailable, Busy
   */
  findReplaced(): Promise<string | null>
  /** Somebody is signed in. @returns the Set-Cookie values that go out behind the session's */
  started(session: SessionStarted): Promise<readonly string[]>
  /** It is over, however it went. */
  over(): void
}

interface RequestState<Schemas extends DataSchemas> {
  /** Whose session it was let in with; null where nobody asked. */
  admitted: string | null
  /** How many `auth.protect` are around its handler. */
  protectedBy: number
  opened: Promise<OpenedData<Schemas>> | null
  readonly fate: RequestFate
}

/**
 * The session data of requests. By the rule of `auth.check`: a request that may not act for its session gets none. All who
 * ask with one `Request` get the same, and never those of anybody but whom it was let in for.
 */
export class SessionDataOfRequests<Schemas extends DataSchemas> {
  readonly #core: Core
  readonly #frontEnds: FrontEnds
  readonly #rules: DataRules<Schemas>
  readonly #states = new WeakMap<Request, RequestState<Schemas>>()

  constructor(core: Core, frontEnds: FrontEnds, rules: DataRules<Schemas>) {
    this.#core = core
    this.#frontEnds = frontEnds
    this.#rules = rules
  }

  /** Whose session a request was let in with. Should it end before its data are opened, they are not a visitor's. */
  admit(request: Request, sessionId: string): void {
    if (!this.#rules.isEmpty) this.#stateOf(request).admitted = sessionId
  }

  /** The same, by an `auth.protect`, which will `answer`. */
  enter(request: Request, sessionId: string): void {
    this.admit(request, sessionId)
    const state = this.#stateOf(request)
    state.protectedBy += 1
    state.fate.isAnswered = false
  }

  /**
   * @throws SessionDataError `origin-not-allowed`, `duplicate-cookie`, `session-ended`, `replaced`
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
    // Each time: it is a use of the session.
    const session = await findVisit(core, view, { fresh: core.sealer !== null })
    const state = this.#stateOf(request)
    if (state.fate.isReplaced) throw refusal('', 'replaced')
    const opening = (state.opened ??= this.#open(view, session, state.fate))
    // A failure is this call's alone: the next one tries again.
    opening.catch(() => {
      if (state.opened === opening) state.opened = null
    })
    const opened = await opening
    if (state.admitted !== null && state.admitted !== opened.sessionId) throw refusal('', endedBy(state.fate))
    return opened.data
  }

  /**
   * The Set-Cookie value that the answer of an `auth.protect` must carry for the data of a sealed session, or null. When it is
   * the outermost one's, nothing more can be written to a cookie.
   */
  async answer(request: Request): Promise<string | null> {
    if (this.#core.sealer === null) return null
    const opened = await this.#opened(request)
    const state = this.#stateOf(request)
    state.protectedBy -= 1
    if (state.protectedBy === 0) state.fate.isAnswered = true
    return opened?.data.setCookie ?? null
  }

  /** A sign-in that this request may turn out to be. */
  signIn(request: Request, view: RequestView): RequestSignIn {
    const core = this.#core
    const { sealer } = core
    let underWay: RequestFate | null = null
    return {
      findReplaced: async () => {
        const { fate } = this.#stateOf(request)
        fate.signIns += underWay === null ? 1 : 0
        underWay = fate
        const opened = await this.#opened(request)
        const started = fate.isReplaced ? null : await opened?.findStarted()
        return started ?? findReplaced(core, view)
      },
      started: async (session) => {
        const { fate } = this.#stateOf(request)
        const isAgain = fate.isReplaced
        fate.isReplaced = true
        const opened = await this.#opened(request)
        if (sealer === null || this.#rules.isEmpty) return []
        const kept = opened === null ? visitorData(core, sealer, view, session.now) : opened.ofVisitor()
        return carriedOver(core, sealer, view, session, isAgain ? null : kept)
      },
      over() {
        if (underWay !== null) underWay.signIns -= 1
        underWay = null
      },
    }
  }

  /** This request has signed out. @returns the Set-Cookie values that go out behind the session's */
  removed(request: Request, view: RequestView): readonly string[] {
    this.#stateOf(request).fate.isReplaced = true
    return this.#core.sealer === null || this.#rules.isEmpty ? [] : removedData(view)
  }

  async #open(view: RequestView, session: Session | null, fate: RequestFate): Promise<OpenedData<Schemas>> {
    return this.#core.sealer === null
      ? openStoredData(this.#core, this.#rules, view, session, fate)
      : openSealedData(this.#core, this.#core.sealer, this.#rules, view, session, fate)
  }

  /** What was opened for a request; null for nothing, and for what failed. */
  async #opened(request: Request): Promise<OpenedData<Schemas> | null> {
    return (await this.#states.get(request)?.opened?.catch(() => null)) ?? null
  }

  #stateOf(request: Request): RequestState<Schemas> {
    const known = this.#states.get(request)
    if (known !== undefined) return known
    const fate = { signIns: 0, isReplaced: false, isAnswered: false }
    const state: RequestState<Schemas> = { admitted: null, protectedBy: 0, opened: null, fate }
    this.#states.set(request, state)
    return state
  }
}
