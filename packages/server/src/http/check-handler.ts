import type { Core } from '../core/core.ts'
import type { MaybePromise } from '../core/maybe-promise.ts'
import type { SignedIn } from '../core/session/check-session.ts'
import type { FrontEnds } from './front-ends.ts'
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
  // While a session stays in memory unchanged, its checks answer with one object; so its text is written once.
  const texts = new WeakMap<SignedIn, string>()
  const textOf = (signedIn: SignedIn | null): string => {
    const known = signedIn && texts.get(signedIn)
    if (known) return known
    const text = JSON.stringify(whoView(signedIn, core.policy))
    if (signedIn !== null) texts.set(signedIn, text)
    return text
  }

  const answer = ({ audience }: RequestView, signedIn: SignedIn | null): Reply =>
    jsonReply(200, textOf(signedIn), audience.headers)
  const fail = ({ audience }: RequestView, failure: unknown): Reply => {
    reportFailure(failure, { method: sessionRoute.method, path: sessionRoute.path })
    return replyTo(problemOf(failure), audience)
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
