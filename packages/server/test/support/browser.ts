import assert from 'node:assert/strict'
import type { Problem, ProblemCode, SessionView } from '@coatcheck/client/protocol'

/** What a page of `origin` sends and keeps, as a browser would: Origin, Fetch Metadata, and a jar of host-only cookies. */
export class Browser {
  readonly cookies = new Map<string, string>()
  readonly #send: (request: Request) => Promise<Response>
  readonly #origin: string
  readonly #api: string

  constructor(send: (request: Request) => Promise<Response>, origin: string, api: string) {
    this.#send = send
    this.#origin = origin
    this.#api = api
  }

  get(path: string): Promise<Response> {
    return this.request(path, { method: 'GET' })
  }

  post(path: string, body: unknown = {}): Promise<Response> {
    const headers = { 'content-type': 'application/json' }
    return this.request(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  delete(path: string): Promise<Response> {
    return this.request(path, { method: 'DELETE' })
  }

  /** Sends a request as it is, with this browser's headers where it has none of its own; an empty one leaves it out. */
  async request(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers({
      origin: this.#origin,
      'sec-fetch-site': 'same-site',
      'user-agent': 'Scene/1',
      ...(this.cookies.size === 0 ? {} : { cookie: this.cookieHeader }),
    })
    for (const [name, value] of new Headers(init.headers)) {
      if (value === '') headers.delete(name)
      else headers.set(name, value)
    }
    const response = await this.#send(new Request(new URL(path, this.#api), { ...init, headers }))
    for (const cookie of response.headers.getSetCookie()) this.keep(cookie)
    return response
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** The session token that the jar holds. */
  get token(): string {
    const [token, ...others] = this.cookies.values()
    assert.ok(token !== undefined && others.length === 0, 'the jar holds one cookie')
    return token
  }

  async view(): Promise<SessionView> {
    const response = await this.get('/v1/session')
    assert.equal(response.status, 200)
    return (await response.json()) as SessionView
  }

  async signUp(body: { email: string; password: string; username?: string; name?: string }): Promise<SessionView> {
    const response = await this.post('/v1/sign-up', body)
    assert.equal(response.status, 201, await response.clone().text())
    return (await response.json()) as SessionView
  }

  /** Does with a Set-Cookie value what a browser does. */
  keep(setCookie: string): void {
    const [pair = '', ...attributes] = setCookie.split('; ')
    // A sealed cookie's value may end in `=`.
    const name = pair.slice(0, pair.indexOf('='))
    const value = pair.slice(name.length + 1)
    if (attributes.includes('Max-Age=0')) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

/** Reads a problem and asserts its code, media type and that body and status agree. */
export async function problemIn(response: Response, code: ProblemCode): Promise<Problem> {
  const text = await response.text()
  assert.equal(response.headers.get('content-type'), 'application/problem+json', text)
  const problem = JSON.parse(text) as Problem
  assert.equal(problem.code, code)
  assert.equal(problem.status, response.status)
  assert.equal(problem.type, `/problems/${code}`)
  return problem
}
