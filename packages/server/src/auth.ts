import type { Core } from './core/core.ts'
import type { CheckOptions, SignedIn } from './core/session/check-session.ts'
import { leaseMetrics, type LeaseMetrics } from './core/session/lease-metrics.ts'
import { describeSession, type SessionDescription } from './core/session/session-description.ts'
import type { DataRules, DataSchemas } from './core/session-data/data-rules.ts'
import type { SessionData } from './core/session-data/session-data.ts'
import type { RecognisedUser } from './core/user/recognised-user.ts'
import type { User } from './core/user/user.ts'
import { addressOf, APPLICATION, authSessions, waitAsAsked } from './auth-sessions.ts'
import { isWebRequest, NodeHead, type NodeRequest } from './adapters/node/node-head.ts'
import type { FrontEnds } from './http/front-ends.ts'
import { createCheckHandler, type CheckHandler } from './http/check-handler.ts'
import { createHandler, type ReportFailure } from './http/handler.ts'
import { SessionDataOfRequests } from './http/session-data-of-requests.ts'
import { checkRequest, protect } from './http/protect.ts'
import { routeTable } from './http/routes/table.ts'
import { isSessionEnded } from './core/session-data/session-data-error.ts'
import { Busy, NoDatabase, StoreUnavailable } from './core/errors.ts'
import type { Log } from './log.ts'
import { Repetitions } from './repetitions.ts'

/** Who a request is from. */
export interface Authenticated {
  readonly user: User
  readonly session: SessionDescription
}

/** What a server knows of a request besides the request itself. */
export interface ClientInfo {
  /**
   * The client's IP address, by the socket or a trusted proxy's word. All clients without one count as one network, and
   * share its few places in the queue for hashing.
   */
  readonly clientAddress?: string | null | undefined
  /** Whether the peer is a proxy whose forwarded headers are believed. Only the doctor tells it; undefined: not known. */
  readonly isTrustedPeer?: boolean | undefined
}

/**
 * Sessions, for back-end code. Every method throws `StoreUnavailable` when the store cannot answer, and `Busy` when too
 * many wait for it; without a database, what needs one throws `NoDatabase`.
 */
export interface AuthSessions {
  /**
   * Signs in a user whom your back-end has recognised itself: by a sign-in elsewhere, a link, a certificate. A new session,
   * always; the one that the browser had ends, where there is a database. It says that it was started by the `application`.
   *
   * Call it only once you know who it is: nothing is asked here. Without a database, this is how sessions start.
   *
   * @returns the session, and the Set-Cookie values that the response must carry, each a header of its own; null when there is
   *   no such user, they are disabled, their credentials changed at that moment, or the request comes from a page that may not
   *   act here. The audit log is told which
   * @throws TypeError when the ID cannot be one; without a database, when anything that is told of the user cannot be
   */
  start(
    request: Request,
    user: RecognisedUser,
    info?: ClientInfo,
  ): Promise<(Authenticated & { readonly setCookies: readonly string[] }) | null>
  /** A user's live sessions, newest first. @throws SessionsNotListed where they are sealed */
  listByUser(userId: string): Promise<readonly SessionDescription[]>
  /**
   * Ends a session. False when there is none. Of sealed sessions nobody knows which there are: true says that, if there is
   * one, it has ended now.
   */
  revoke(sessionId: string, options?: EndOptions): Promise<boolean>
  /** Ends all sessions of a user, or all but one. Returns how many; null where they are sealed, and nobody counts them. */
  revokeByUser(userId: string, exceptSessionId?: string | null, options?: EndOptions): Promise<number | null>
  /**
   * Gives the session of this request a new secret; do so when its privilege grows. The old secret keeps working until the
   * new one is first presented, and 30 seconds more; if it never is, until the session ends. It is worth what it was.
   *
   * @param info `authenticated: true` says that the user has just proved again who they are: the new secret, and only it,
   *   has `authenticatedAt` now
   * @returns the Set-Cookie value that the response must carry; null when nobody is signed in, the request may not act for
   *   them, or another request rotated first
   */
  rotate(
    request: Request,
    info?: ClientInfo & { readonly authenticated?: boolean | undefined },
  ): Promise<{ readonly setCookie: string } | null>
}

/** When the end of a session is answered. */
export interface EndOptions {
  /**
   * `everywhere`: only once no node can accept it any more, which takes as long as the longest lease. Otherwise once it is
   * written: this node refuses it from then on, and the others within their lease.
   *
   * Should the wait fail with `StoreUnavailable`, the session has ended all the same.
   */
  readonly wait?: 'everywhere' | undefined
}

/** Users, for back-end code. Every method throws `StoreUnavailable` or `Busy`, as those of `AuthSessions` do. */
export interface AuthUsers {
  find(userId: string): Promise<User | null>
  /** Ends the user's sessions, and lets them start none. False when there is no such user. */
  disable(userId: string, options?: EndOptions): Promise<boolean>
  enable(userId: string): Promise<boolean>
}

/** A session system at work. */
export interface Auth<Schemas extends DataSchemas = DataSchemas> {
  /** The HTTP API: mount it at `/v1/*`, and at `/docs`, `/openapi.json` and `/problems/*` for its documents. */
  fetch(request: Request, info?: ClientInfo): Promise<Response>
  /**
   * Who is signed in, or null. Takes a Web-standard `Request`, or what node:http, Express and, as `request.raw`, Fastify have.
   * A request that would change something and does not come from a page of the listed origins
   * counts as nobody's.
   *
   * Answered from memory while this node holds a lease: a session that was revoked elsewhere is refused here at most
   * `leaseMs` after that was acknowledged, normally within milliseconds. `fresh: true` asks the store.
   *
   * @throws StoreUnavailable when that cannot be known: answer 503, never "signed out"
   * @throws Busy when too many wait for the store: answer 503 as well
   */
  check(request: Request | NodeRequest, info?: ClientInfo & CheckOptions): Promise<Authenticated | null>
  /**
   * A handler of yours, called only for somebody signed in: `check`, with CORS, preflight and problems around it. It
   * answers every OPTIONS request itself. What your handler throws becomes a 500, and goes to the log.
   */
  protect(
    handler: (request: Request, who: Authenticated) => Response | Promise<Response>,
    options?: CheckOptions,
  ): (request: Request, info?: ClientInfo) => Promise<Response>
  /**
   * What the application keeps of this visitor's session, signed in or not: `$_SESSION`, typed by `data.schema`. Read from
   * the store, never from memory; what was revoked anywhere is refused from the moment that was acknowledged.
   *
   * ```ts
   * const data = await auth.data(request)
   * await data.set('cart', ['umbrella'])
   * if (data.setCookie !== null) headers.append('set-cookie', data.setCookie)
   * ```
   *
   * Who asks again with the same `Request` gets the same.
   *
   * @throws SessionDataError `origin-not-allowed` for a request that `check` would count as nobody's, `duplicate-cookie`,
   *   `session-ended` when this `Request` was let in by `check` or `protect` with a session that had ended when its data were
   *   first asked for, `replaced` when it has signed somebody in or out itself
   * @throws StoreUnavailable, Busy
   */
  data(request: Request, info?: ClientInfo): Promise<SessionData<Schemas>>
  readonly sessions: AuthSessions
  readonly users: AuthUsers
  /** How this process answers checks. Over HTTP: `/metrics`. */
  metrics(): LeaseMetrics
  /** Writes what was noted, stops the background work, and lets go of the store. Requests under way get 503. */
  close(): Promise<void>
}

/** What a server of ours needs besides. */
export interface ServedAuth<Schemas extends DataSchemas = DataSchemas> extends Auth<Schemas> {
  /** Answers `GET /v1/session` as `fetch` would, for adapters that have no `Request` at hand. */
  readonly answerCheck: CheckHandler
}

/** Puts the public object together from its parts. @param development whether answers may tell more than production's */
export function createAuth<Schemas extends DataSchemas>(
  core: Core,
  frontEnds: FrontEnds,
  dataRules: DataRules<Schemas>,
  log: Log,
  close: () => Promise<void>,
  development = false,
): ServedAuth<Schemas> {
  const { reportFailure, endPeriod } = failureReport(log)
  const present = ({ user, session }: SignedIn): Authenticated => ({
    user,
    session: describeSession(session, core.policy),
  })
  const sessionData = new SessionDataOfRequests(core, frontEnds, dataRules)
  const routes = routeTable(frontEnds.url.origin)
  const handler = createHandler(core, frontEnds, routes, sessionData, reportFailure, development)
  return {
    fetch: (request, info) => handler(request, addressOf(info), info?.isTrustedPeer),
    answerCheck: createCheckHandler(core, frontEnds, reportFailure, development),
    async check(request, info) {
      const head = isWebRequest(request) ? request : new NodeHead(request)
      const signedIn = await checkRequest(core, frontEnds, head, addressOf(info), info)
      if (signedIn === null) return null
      if (isWebRequest(request)) sessionData.admit(request, signedIn.session.id)
      return present(signedIn)
    },
    protect(handle, options) {
      const answer = (request: Request, signedIn: SignedIn) => handle(request, present(signedIn))
      const guarded = protect(core, frontEnds, reportFailure, answer, options, sessionData)
      return (request, info) => guarded(request, addressOf(info))
    },
    data: (request, info) => sessionData.open(request, addressOf(info)),
    sessions: authSessions(core, frontEnds, sessionData),
    users: authUsers(core),
    metrics: () => leaseMetrics(core.leased, process.pid),
    async close() {
      await close()
      endPeriod()
    },
  }
}

/** Where failures go. A storm, or a store that is away, fails each request: a line each with its stack would make it worse. */
function failureReport(log: Log): { readonly reportFailure: ReportFailure; endPeriod(): void } {
  const repetitions = new Repetitions((fields, leftOut) => {
    log.warn({ ...fields, leftOut }, 'more failures than are told one by one')
  })
  const told = (kind: string, reason: string): boolean => repetitions.isTold(kind, { reason })
  return {
    reportFailure(failure, request) {
      // A handler of the application went on after a sign-out: what it wanted to write was refused, as it should be.
      if (isSessionEnded(failure)) return
      if (failure instanceof Busy) {
        const reason = failure.message
        if (told(`busy ${reason}`, reason)) log.info({ ...request, reason }, 'a request was turned away: busy')
      } else if (failure instanceof NoDatabase) {
        if (told('no-database', failure.message))
          log.info({ ...request }, 'a request was refused: there is no database')
      } else if (failure instanceof StoreUnavailable) {
        const reason = reasonOf(failure)
        if (told('store-unavailable', reason)) log.warn({ ...request, reason }, 'the store is away')
      } else log.error({ err: failure, ...request }, 'a request failed')
    },
    endPeriod: () => repetitions.endPeriod(),
  }
}

function authUsers(core: Core): AuthUsers {
  const change = async (
    type: 'user.disabled' | 'user.enabled',
    userId: string,
    changed: Promise<boolean>,
  ): Promise<boolean> => {
    const done = await changed
    if (done) core.audit.record({ type, userId }, APPLICATION)
    return done
  }
  return {
    find: (userId) => core.store.users.find(userId),
    async disable(userId, options) {
      const disabled = core.store.users.disable(userId, await core.clock.now())
      const done = await change('user.disabled', userId, disabled)
      await waitAsAsked(core, options)
      return done
    },
    enable: (userId) => change('user.enabled', userId, core.store.users.enable(userId)),
  }
}

/** Why the store could not answer, on one line. */
function reasonOf({ message, cause }: StoreUnavailable): string {
  return cause instanceof Error ? `${message} (${cause.message})` : message
}
