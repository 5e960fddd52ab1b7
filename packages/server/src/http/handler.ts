import { Hono, type Context } from 'hono'
import type { Core } from '../core/core.ts'
import { isSafeMethod } from '../core/request-trust/fetch-metadata.ts'
import type { FrontEnds } from './front-ends.ts'
import { problem, problemOf, type ProblemReply } from './problem.ts'
import { readJson, refuseMediaType } from './read-json.ts'
import { viewRequest, type RequestView } from './request-facts.ts'
import { respond } from './respond.ts'
import type { AnyRoute, Answer, RouteMethod } from './route.ts'
import { whoIsIt } from './who-is-it.ts'

/** What a request brings besides itself. */
export interface RequestInfo {
  /**
   * The client's IP address, by the socket or a trusted proxy's word; null when it is not known. All clients without one
   * count as one network, and share its few places in the queue for hashing.
   */
  readonly clientAddress: string | null
}

/** Where failures that nobody foresaw are told. */
export type ReportFailure = (failure: unknown, request: { readonly method: string; readonly path: string }) => void

/** A Web-standard handler: every runtime's adapter is a conversion to and from this. */
export type Handler = (request: Request, info: RequestInfo) => Promise<Response>

interface Environment {
  readonly Bindings: RequestInfo
}

/**
 * The HTTP API: the route table on Hono's router.
 *
 * A request's life: its Origin says whom the answer is for and which cookie counts; an unsafe method must come from a page
 * of ours; the body is read within bounds and parsed by the route's schema; the route answers; the response is built once.
 */
export function createHandler(
  core: Core,
  frontEnds: FrontEnds,
  routes: readonly AnyRoute[],
  reportFailure: ReportFailure,
): Handler {
  const app = new Hono<Environment>()

  const serve = async (
    context: Context<Environment>,
    answer: (view: RequestView, request: Request) => Promise<Answer | ProblemReply>,
  ): Promise<Response> => {
    const request = context.req.raw
    const view = viewRequest(frontEnds, request, context.env.clientAddress)
    try {
      return respond(await answer(view, request), view.audience)
    } catch (failure) {
      reportFailure(failure, { method: request.method, path: context.req.path })
      return respond(problemOf(failure), view.audience)
    }
  }

  const byPath = Map.groupBy(routes, (route) => route.path)
  for (const [path, siblings] of byPath) {
    const allow = allowedMethods(siblings)
    app.options(path, (context) => serve(context, (view, request) => Promise.resolve(preflight(view, request, allow))))
    for (const route of siblings) {
      app.on(route.method, path, (context) =>
        serve(context, (view, request) => handle(core, route, view, request, context.req.param())),
      )
    }
    app.all(path, (context) =>
      serve(context, () => Promise.resolve(problem('method-not-allowed', {}, { allow: allow.join(', ') }))),
    )
  }
  app.notFound((context) => serve(context, () => Promise.resolve(problem('not-found'))))

  return async (request, info) => app.fetch(request, info)
}

async function handle(
  core: Core,
  route: AnyRoute,
  view: RequestView,
  request: Request,
  params: Readonly<Record<string, string>>,
): Promise<Answer | ProblemReply> {
  const { trust, source, tokens } = view
  if (!trust.ok) {
    const event = {
      type: 'request.refused',
      code: 'origin-not-allowed',
      path: route.path,
      detail: trust.detail,
    } as const
    core.audit.record(event, source)
    return problem('origin-not-allowed', { detail: trust.detail })
  }
  const body = await parseBody(route, request)
  if (!body.ok) return body.reply
  return route.handle({ core, body: body.value, params, tokens, source, whoIsIt: () => whoIsIt(core, view) })
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

function preflight({ audience }: RequestView, request: Request, allow: readonly string[]): Answer | ProblemReply {
  if (!request.headers.has('access-control-request-method'))
    return { status: 204, headers: { allow: allow.join(', ') } }
  if (!audience.allowed)
    return problem('origin-not-allowed', { detail: "This origin is not on this server's list of front-ends." })
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': allow.join(', '),
      'access-control-allow-headers': 'Content-Type',
      'access-control-max-age': '600',
    },
  }
}

function allowedMethods(routes: readonly AnyRoute[]): readonly string[] {
  const methods = routes.map(({ method }): RouteMethod | 'HEAD' => method)
  return [...(methods.includes('GET') ? (['HEAD'] as const) : []), ...methods, 'OPTIONS']
}
