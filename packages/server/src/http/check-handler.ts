import type { Core } from '../core/core.ts'
import type { MaybePromise } from '../core/maybe-promise.ts'
import type { SignedIn } from '../core/session/check-session.ts'
import type { FrontEnds } from './front-ends.ts'
import type { ReportFailure } from './handler.ts'
import { problemOf } from './problem.ts'
import { viewRequest, type RequestHead } from './request-facts.ts'
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

  return (request, clientAddress) => {
    const view = viewRequest(frontEnds, request, clientAddress)
    const { audience } = view
    const answer = (signedIn: SignedIn | null): Reply => jsonReply(200, textOf(signedIn), audience.headers)
    const fail = (failure: unknown): Reply => {
      reportFailure(failure, { method: request.method, path: sessionRoute.path })
      return replyTo(problemOf(failure), audience)
    }
    try {
      const signedIn = whoIsIt(core, view)
      return signedIn instanceof Promise ? signedIn.then(answer).catch(fail) : answer(signedIn)
    } catch (failure) {
      return fail(failure)
    }
  }
}
