import type { Core } from '../core/core.ts'
import type { CheckOptions, SignedIn } from '../core/session/check-session.ts'
import type { DataSchemas } from '../core/session-data/data-rules.ts'
import type { Audience, FrontEnds } from './front-ends.ts'
import type { Handler, ReportFailure } from './handler.ts'
import { preflight } from './preflight.ts'
import { problem, problemOf } from './problem.ts'
import { refuseUntrusted } from './refuse-untrusted.ts'
import { type RequestHead, RequestView } from './request-facts.ts'
import { respond } from './respond.ts'
import type { SessionDataOfRequests } from './session-data-of-requests.ts'
import { whoIsIt } from './who-is-it.ts'

/** Who a request of the application's own is from, or null: nobody is signed in, or the request may not act for them. */
export async function checkRequest(
  core: Core,
  frontEnds: FrontEnds,
  request: RequestHead & { readonly url: string },
  clientAddress: string | null,
  options?: CheckOptions,
): Promise<SignedIn | null> {
  const view = new RequestView(frontEnds, request, () => clientAddress)
  return refuseUntrusted(core, view, () => pathOf(request)) === null ? whoIsIt(core, view, options) : null
}

/**
 * A route of the application's own, with what a front-end on another origin needs around it: preflight, CORS on every
 * answer, and a problem for each way in which it is not answered.
 *
 * @param handler called only for somebody signed in, from an origin that may act for them
 */
export function protect(
  core: Core,
  frontEnds: FrontEnds,
  reportFailure: ReportFailure,
  handler: (request: Request, signedIn: SignedIn) => Response | Promise<Response>,
  options: CheckOptions | undefined,
  sessionData: Pick<SessionDataOfRequests<DataSchemas>, 'enter' | 'answer'>,
): Handler {
  const fail = (
    failure: unknown,
    request: Request,
    { audience }: RequestView,
    lines: readonly string[] = [],
  ): Response => {
    reportFailure(failure, { method: request.method, path: pathOf(request) })
    return respond(problemOf(failure), audience, lines)
  }
  /** What a handler wrote before it failed is kept, as it is where sessions are stored. */
  const answerBy = async (
    handle: () => Response | Promise<Response>,
    request: Request,
    view: RequestView,
  ): Promise<Response> => {
    const [handled] = await Promise.allSettled([(async () => handle())()])
    const line = await sessionData.answer(request)
    try {
      if (handled.status === 'rejected') throw handled.reason
      return readableBy(view.audience, handled.value, line)
    } catch (failure) {
      return fail(failure, request, view, line === null ? [] : [line])
    }
  }

  return async (request, clientAddress) => {
    const view = new RequestView(frontEnds, request, () => clientAddress)
    try {
      if (request.method === 'OPTIONS') return respond(preflight(view.audience, askedFor(request)), view.audience)
      const refused = refuseUntrusted(core, view, () => pathOf(request))
      if (refused !== null) return respond(refused, view.audience)
      const signedIn = await whoIsIt(core, view, options)
      if (signedIn === null) return respond(problem('not-signed-in'), view.audience)
      sessionData.enter(request, signedIn.session.id)
      return await answerBy(() => handler(request, signedIn), request, view)
    } catch (failure) {
      return fail(failure, request, view)
    }
  }
}

/** The application knows which methods and headers its routes take; its front-ends may ask for any. */
function askedFor({ headers }: Request): { readonly methods: string; readonly headers: string } {
  return {
    methods: headers.get('access-control-request-method') ?? '',
    headers: headers.get('access-control-request-headers') ?? '',
  }
}

/** Only for the log; of a request of node:http's, the URL is but a path. */
function pathOf({ url }: { readonly url: string }): string {
  return URL.parse(url, 'http://host')?.pathname ?? ''
}

/** What the application's own responses get; the rest of our headers are for our own pages and JSON. */
const FOR_APPLICATIONS = ['cache-control', 'strict-transport-security', 'x-content-type-options']

/** The application's response with the CORS headers of its audience; kept out of caches unless it says otherwise. */
function readableBy(audience: Audience, response: Response, dataCookie: string | null): Response {
  const headers = new Headers(response.headers)
  if (dataCookie !== null) setDataCookie(headers, dataCookie)
  for (const [name, value] of Object.entries(audience.headers)) {
    if (name === 'vary') headers.append(name, value)
    else if (name.startsWith('access-control-')) headers.set(name, value)
    else if (FOR_APPLICATIONS.includes(name) && !headers.has(name)) headers.set(name, value)
  }
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

/** In the place of what the handler appended itself, which may be older. No cache may give it to somebody else. */
function setDataCookie(headers: Headers, line: string): void {
  const nameAndEquals = line.slice(0, line.indexOf('=') + 1)
  const others = headers.getSetCookie().filter((other) => !other.startsWith(nameAndEquals))
  headers.delete('set-cookie')
  for (const each of [...others, line]) headers.append('set-cookie', each)
  headers.set('cache-control', 'no-store')
}
