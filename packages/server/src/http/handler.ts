import { Hono, type Context } from 'hono'
import type { Core } from '../core/core.ts'
import type { DataSchemas } from '../core/session-data/data-rules.ts'
import { isSafeMethod } from '../core/request-trust/fetch-metadata.ts'
import type { Arrival } from './arrival.ts'
import type { FrontEnds } from './front-ends.ts'
import { preflight } from './preflight.ts'
import { problem, problemOf, type ProblemReply } from './problem.ts'
import { readJson, refuseMediaType } from './read-json.ts'
import { RequestView } from './request-facts.ts'
import { respond } from './respond.ts'
import type { AnyRoute, Answer, RouteMethod } from './route.ts'
import { refuseUntrusted } from './refuse-untrusted.ts'
import { signedOutReason } from './signed-out-reason.ts'
import type { RequestSignIn, SessionDataOfRequests } from './session-data-of-requests.ts'
import { whoIsIt } from './who-is-it.ts'
import { writtenPath } from './written-path.ts'

/** Where failures that nobody foresaw are told. */
export type ReportFailure = (failure: unknown, request: { readonly method: string; readonly path: string }) => void

/** A Web-standard handler: every runtime's adapter is a conversion to and from this. */
export type Handler = (request: Request, clientAddress: string | null, isTrustedPeer?: boolean) => Promise<Response>

/** What proxies add, whether or not they are trusted. */
const FORWARDED = [
  'cf-connecting-ip',
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
]

/** What the routes have to do with session data: an application may have opened them for the same request. */
type RequestData = Pick<SessionDataOfRequests<DataSchemas>, 'signIn' | 'removed'>

interface Environment {
  readonly Bindings: { readonly clientAddress: string | null; readonly isTrustedPeer: boolean | undefined }
}

/**
 * The HTTP API: the route table on Hono's router.
 *
 * A request's life: its Origin says whom the answer is for and which cookie counts; an unsafe method must come from a page
 * of ours; the body is read within bounds and parsed by the route's schema; the route answers; the response is built once.
 *
 * @param development whether answers may tell more than production's do
 */
export function createHandler(
  core: Core,
  frontEnds: FrontEnds,
  routes: readonly AnyRoute[],
  sessionData: RequestData,
  reportFailure: ReportFailure,
  development = false,
): Handler {
  const app = new Hono<Environment>({ getPath: ({ url }) => writtenPath(url) })

  const serve = async (
    context: Context<Environment>,
    answer: (view: RequestView, request: Request, signIn: RequestSignIn) => Promise<Answer | ProblemReply>,
  ): Promise<Response> => {
    const request = context.req.raw
    const view = new RequestView(frontEnds, request, () => context.env.clientAddress)
    const signIn = sessionData.signIn(request, view)
    const dataCookies = (answered: Answer | ProblemReply): readonly string[] | Promise<readonly string[]> => {
      if ('problem' in answered || answered.session === undefined) return []
      return answered.session === 'remove' ? sessionData.removed(request, view) : signIn.started(answered.session)
    }
    try {
      const answered = await answer(view, request, signIn)
      return respond(answered, view.audience, await dataCookies(answered))
    } catch (failure) {
      reportFailure(failure, { method: request.method, path: context.req.path })
      return respond(problemOf(failure), view.audience)
    } finally {
      signIn.over()
    }
  }

  const byPath = Map.groupBy(routes, (route) => route.path)
  for (const [path, siblings] of byPath) {
    const allow = allowedMethods(siblings)
    app.options(path, (context) =>
      serve(context, (view, request) => Promise.resolve(answerOptions(view, request, allow))),
    )
    for (const route of siblings) {
      app.on(route.method, path, (context) =>
        serve(context, (view, request, signIn) => {
          const { isTrustedPeer } = context.env
          const arrival = { headers: request.headers, audience: view.audience, frontEnds, isTrustedPeer, development }
          return handle(core, route, view, request, context.req.param(), arrival, signIn.findReplaced)
        }),
      )
    }
    app.all(path, (context) =>
      serve(context, () => Promise.resolve(problem('method-not-allowed', {}, { allow: allow.join(', ') }))),
    )
  }
  app.notFound((context) => serve(context, () => Promise.resolve(problem('not-found'))))

  return async (request, clientAddress, isTrustedPeer) => app.fetch(request, { clientAddress, isTrustedPeer })
}

async function handle(
  core: Core,
  route: AnyRoute,
  view: RequestView,
  request: Request,
  params: Readonly<Record<string, string>>,
  arrival: Arrival,
  findReplaced: () => Promise<string | null>,
): Promise<Answer | ProblemReply> {
  const refused = refuseUntrusted(core, view, () => route.path)
  if (refused !== null) return refused
  const body = await parseBody(route, request)
  if (!body.ok) return body.reply
  const { tokens, source } = view
  return route.handle({
    core,
    body: body.value,
    params,
    tokens,
    source,
    cookieName: view.audience.cookie.name,
    isForwarded: () => FORWARDED.some((name) => request.headers.has(name)),
    whoIsIt: (options) => whoIsIt(core, view, options),
    whyNobody: () => (arrival.development ? signedOutReason(core, arrival.frontEnds, view) : undefined),
    arrival,
    findReplaced,
  })
}

async function parseBody(
  route: AnyRoute,
  request: Request,
): Promise<{ readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reply: ProblemReply }> {
  if (route.body === undefined) {
    const refused =
      !isSafeMethod(request.method) && request.headers.has('content-type') ? refuseMediaType(request.headers) : null
    return refused === null ? { ok: true, value: undefined } : { ok: false, reply: refused }
  }
  const json = await readJson(request)
  if (!json.ok) return json
  const parsed = route.body.safeParse(json.value)
  if (parsed.success) return { ok: true, value: parsed.data }
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  return { ok: false, reply: problem('invalid-request', { errors }) }
}

function allowedMethods(routes: readonly AnyRoute[]): readonly string[] {
  const methods = routes.map(({ method }): RouteMethod | 'HEAD' => method)
  return [...(methods.includes('GET') ? (['HEAD'] as const) : []), ...methods, 'OPTIONS']
}

/** CORS's question is answered for front-ends; anyone else who asks is told the methods. */
function answerOptions(view: RequestView, request: Request, allow: readonly string[]): Answer | ProblemReply {
  const methods = allow.join(', ')
  if (!request.headers.has('access-control-request-method')) return { status: 204, headers: { allow: methods } }
  return preflight(view.audience, { methods, headers: 'Content-Type' })
}
