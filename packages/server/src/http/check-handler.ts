import type { Core } from '../core/core.ts'
import type { MaybePromise } from '../core/maybe-promise.ts'
import type { SignedIn } from '../core/session/check-session.ts'
import type { Audience, FrontEnds } from './front-ends.ts'
import type { ReportFailure } from './handler.ts'
import { problemOf } from './problem.ts'
import { RequestView, type RequestHead } from './request-facts.ts'
import { jsonReply, replyTo, type Reply } from './respond.ts'
import { sessionRoute, whoView } from './routes/session.ts'
import { whoIsIt } from './who-is-it.ts'

/** Answers `GET /v1/session`: at once when the session is in memory. Never throws, never rejects. */
export type CheckHandler = (request: RequestHead, clientAddress: string | null) => MaybePromise<Reply>

/**
 * `GET /v1/session` without a router, a `Request`, a `Response` or a promise: together these cost more than the check.
 *
 * What it answers is what the route of that name answers; it shares with it all that decides.
 */
export function createCheckHandler(core: Core, frontEnds: FrontEnds, reportFailure: ReportFailure): CheckHandler {
  // While a session stays in memory unchanged, its checks answer with one object; so the reply is written once, for the
  // front-end that asked last.
  const replies = new WeakMap<SignedIn, { readonly audience: Audience; readonly reply: Reply }>()
  const answer = ({ audience }: RequestView, signedIn: SignedIn | null): Reply => {
    const known = signedIn === null ? undefined : replies.get(signedIn)
    if (known?.audience === audience) return known.reply
    const reply = withLength(jsonReply(200, JSON.stringify(whoView(signedIn, core.policy)), audience.headers))
    if (signedIn !== null) replies.set(signedIn, { audience, reply })
    return reply
  }
  const fail = ({ audience }: RequestView, failure: unknown): Reply => {
    reportFailure(failure, { method: sessionRoute.method, path: sessionRoute.path })
    return withLength(replyTo(problemOf(failure), audience))
  }

  return (request, clientAddress) => {
    const view = new RequestView(frontEnds, request, clientAddress)
    try {
      const who = whoIsIt(core, view)
      if (!(who instanceof Promise)) return answer(view, who)
      return who.then((signedIn) => answer(view, signedIn)).catch((failure: unknown) => fail(view, failure))
    } catch (failure) {
      return fail(view, failure)
    }
  }
}

/** With what a server on `node:http` says of a body that it has whole. */
function withLength({ status, headers, body }: Reply): Reply {
  return { status, headers: { ...headers, 'content-length': String(Buffer.byteLength(body ?? '')) }, body }
}
