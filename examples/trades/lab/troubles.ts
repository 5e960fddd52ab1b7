/** Something that stands between a browser and an API, and changes what passes. */
export interface Trouble {
  readonly label: string
  /** What arrives instead of the request; a `Response` is the answer, and the API never hears of it. */
  readonly before?: (request: Request) => Request | Response
  /** What leaves instead of the answer. */
  readonly after?: (response: Response, request: Request) => Response
}

const REDIRECT = 308

/** What can go wrong on the way, by name. Each is what some real proxy does when it is told to, or not told to. */
export const TROUBLES: ReadonlyMap<string, Trouble> = new Map<string, Trouble>([
  ['nothing', { label: 'Nothing' }],
  [
    'drops-set-cookie',
    {
      label: 'The proxy drops Set-Cookie',
      after: (response) => withHeaders(response, (headers) => headers.delete('set-cookie')),
    },
  ],
  [
    'drops-origin',
    { label: 'The proxy drops Origin', before: (request) => requestWithout(request, ['origin', 'sec-fetch-site']) },
  ],
  [
    'doubles-cors',
    {
      label: 'The proxy adds CORS headers of its own',
      after: (response, request) =>
        withHeaders(response, (headers) =>
          headers.append('access-control-allow-origin', request.headers.get('origin') ?? '*'),
        ),
    },
  ],
  [
    'answers-preflight',
    {
      label: 'The proxy answers the preflight',
      before: (request) =>
        request.method === 'OPTIONS' ? new Response(null, { status: 204, headers: { allow: 'GET, POST' } }) : request,
    },
  ],
  [
    'redirects',
    {
      label: 'The API has moved, and redirects',
      before: (request) => {
        const { protocol, port, pathname } = new URL(request.url)
        const location = `${protocol}//127.0.0.1:${port}${pathname}`
        return request.headers.get('host')?.startsWith('127.0.0.1') === true
          ? request
          : new Response(null, { status: REDIRECT, headers: { location } })
      },
    },
  ],
  ['drops-cookie', { label: 'The proxy drops Cookie', before: (request) => requestWithout(request, ['cookie']) }],
])

function withHeaders(response: Response, change: (headers: Headers) => void): Response {
  const headers = new Headers(response.headers)
  change(headers)
  return new Response(response.body, { status: response.status, headers })
}

function requestWithout(request: Request, names: readonly string[]): Request {
  const headers = new Headers(request.headers)
  for (const name of names) headers.delete(name)
  const { url, method, body } = request
  return new Request(url, { method, headers, ...(body === null ? {} : { body, duplex: 'half' }) })
}
