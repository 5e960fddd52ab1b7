import type { SignedOutReason } from '@coatcheck/client/protocol'
import type { Core } from '../core/core.ts'
import type { MaybePromise } from '../core/maybe-promise.ts'
import type { SignedIn } from '../core/session/check-session.ts'
import type { Audience, FrontEnds } from './front-ends.ts'
import type { ReportFailure } from './handler.ts'
import { problemOf } from './problem.ts'
import { type AddressOf, RequestView, type RequestHead } from './request-facts.ts'
import { jsonReply, replyTo } from './respond.ts'
import { sessionRoute, whoView } from './routes/session.ts'
import { signedOutReason } from './signed-out-reason.ts'
import { whoIsIt } from './who-is-it.ts'

/** A reply whose headers are in the form that `node:http` takes as it is: names and values in turn. */
export interface FlatReply {
  readonly status: number
  readonly headers: readonly string[]
  readonly body: string
}

/** Answers `GET /v1/session`: at once when the session is in memory. Never throws, never rejects. */
export type CheckHandler = (request: RequestHead, clientAddress: AddressOf) => MaybePromise<FlatReply>

/**
 * `GET /v1/session` without a router, a `Request`, a `Response` or a promise: together these cost more than the check.
 *
 * What it answers is what the route of that name answers; it shares with it all that decides.
 *
 * @param development whether it says why nobody is signed in
 */
export function createCheckHandler(
  core: Core,
  frontEnds: FrontEnds,
  reportFailure: ReportFailure,
  development = false,
): CheckHandler {
  // While a session stays in memory unchanged, the reply is put together once, for the front-end that asked last. It is kept
  // with the session: to look it up in a map of its own costs as much as the check.
  const lists = new HeaderLists()
  const answer = ({ audience }: RequestView, signedIn: SignedIn | null, reason?: SignedOutReason): FlatReply => {
    const known = signedIn?.shown
    if (known instanceof ShownReply && known.audience === audience) return known.reply
    const body = JSON.stringify(whoView(signedIn, core.policy, reason))
    const reply = { status: 200, headers: lists.of(audience, Buffer.byteLength(body)), body }
    if (signedIn?.shown !== undefined) signedIn.shown = new ShownReply(audience, reply)
    return reply
  }
  const explain = async (view: RequestView): Promise<FlatReply> => {
    try {
      return answer(view, null, await signedOutReason(core, frontEnds, view))
    } catch (failure) {
      return fail(view, failure)
    }
  }
  const conclude = (view: RequestView, who: SignedIn | null): MaybePromise<FlatReply> =>
    who === null && development ? explain(view) : answer(view, who)
  const fail = ({ audience }: RequestView, failure: unknown): FlatReply => {
    reportFailure(failure, { method: sessionRoute.method, path: sessionRoute.path })
    const { status, headers, body } = replyTo(problemOf(failure), audience)
    return { status, headers: flat(headers, Buffer.byteLength(body ?? '')), body: body ?? '' }
  }

  return (request, clientAddress) => {
    const view = new RequestView(frontEnds, request, clientAddress)
    try {
      const who = whoIsIt(core, view)
      if (!(who instanceof Promise)) return conclude(view, who)
      return who.then((signedIn) => conclude(view, signedIn)).catch((failure: unknown) => fail(view, failure))
    } catch (failure) {
      return fail(view, failure)
    }
  }
}

class ShownReply {
  readonly audience: Audience
  readonly reply: FlatReply

  constructor(audience: Audience, reply: FlatReply) {
    this.audience = audience
    this.reply = reply
  }
}

/** The same list for all replies that have the same headers: one that is read all the time is near. */
class HeaderLists {
  readonly #byAudience = new WeakMap<Audience, Map<number, readonly string[]>>()

  /** The headers of a good reply, with what a server on `node:http` says of a body that it has whole. */
  of(audience: Audience, length: number): readonly string[] {
    const lists = this.#byAudience.get(audience) ?? new Map<number, readonly string[]>()
    this.#byAudience.set(audience, lists)
    const list = lists.get(length) ?? flat(jsonReply(200, '', audience.headers).headers, length)
    lists.set(length, list)
    return list
  }
}

function flat(headers: Readonly<Record<string, string>>, length: number): readonly string[] {
  return [...Object.entries(headers).flat(), 'content-length', String(length)]
}
