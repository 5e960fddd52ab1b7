import type { Core } from '../core/core.ts'
import type { CheckOptions, SignedIn } from '../core/session/check-session.ts'
import type { Audience, FrontEnds } from './front-ends.ts'
import type { Handler, ReportFailure } from './handler.ts'
import { preflight } from './preflight.ts'
import { problem, problemOf } from './problem.ts'
import { refuseUntrusted } from './refuse-untrusted.ts'
import { type RequestHead, RequestView } from './request-facts.ts'
import { respond } from './respond.ts'
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
 * @param dataCookieOf the Set-Cookie value that the answer must carry for session data that the handler wrote, if any
 */
export function protect(
  core: Core,
  frontEnds: FrontEnds,
  reportFailure: ReportFailure,
  handler: (request: Request, signedIn: SignedIn) => Response | Promise<Response>,
  options: CheckOptions | undefined,
  dataCookieOf: (request: Request) => Promise<string | null>,
): Handler {
  return async (request, clientAddress) => {
    const view = new RequestView(frontEnds, request, () => clientAddress)
    try {
      if (request.method === 'OPTIONS') return respond(preflight(view.audience, askedFor(request)), view.audience)
      const refused = refuseUntrusted(core, view, () => pathOf(request))
      if (refused !== null) return respond(refused, view.audience)
      const signedIn = await whoIsIt(core, view, options)
      if (signedIn === null) return respond(problem('not-signed-in'), view.audience)
      const response = await handler(request, signedIn)
      return readableBy(view.audience, response, await dataCookieOf(request))
    } catch (failure) {
      reportFailure(failure, { method: request.method, path: pathOf(request) })
      return respond(problemOf(failure), view.audience)
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
  // The handler may have appended it itself.
  if (dataCookie !== null && !headers.getSetCookie().includes(dataCookie)) headers.append('set-cookie', dataCookie)
  for (const [name, value] of Object.entries(audience.headers)) {
    if (name === 'vary') headers.append(name, value)
    else if (name.startsWith('access-control-')) headers.set(name, value)
    else if (FOR_APPLICATIONS.includes(name) && !headers.has(name)) headers.set(name, value)
  }
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}
