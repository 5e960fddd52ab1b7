import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SessionView, SignedInView } from '../src/protocol.ts'

/** What the server sends; `drop` cuts the connection without an answer. */
export type Answer = { status: number; body?: unknown; type?: string; headers?: Record<string, string> } | 'drop'

/** An answer that is decided when the request arrives, and leaves when the test says so. */
export interface Held {
  arrived: Promise<void>
  release(): void
}

export const signedOut: SessionView = { user: null, session: null }

/** A view with instants that leave idle and absolute end one hour and one day away. */
export function viewOf(name: string, session: Partial<SignedInView['session']> = {}): SignedInView {
  const now = Date.now()
  const at = (ms: number): string => new Date(now + ms).toISOString()
  return {
    user: {
      id: `user-${name}`,
      email: `${name}@example.test`,
      username: null,
      name,
      emailVerified: false,
      createdAt: at(0),
    },
    session: {
      id: `session-of-${name}`,
      createdAt: at(0),
      lastSeenAt: at(0),
      expiresAt: at(86_400_000),
      idleExpiresAt: at(3_600_000),
      authenticatedAt: at(0),
      methods: ['password'],
      ...session,
    },
  }
}

export const problem = (status: number, code: string, more: object = {}): Answer => ({
  status,
  type: 'application/problem+json',
  body: { type: `/problems/${code}`, title: `Title of ${code}`, status, code, ...more },
})

/**
 * A real HTTP server that acts out the protocol for one browser.
 *
 * `view` stands for the browser's cookie and the row behind it: sign-in and sign-up set it, sign-out clears it.
 */
export class ActingServer implements AsyncDisposable {
  view: SessionView = signedOut
  /** Every request, as `GET /v1/session`. */
  readonly log: string[] = []
  /** Bodies and content types by route, of the last request. */
  readonly received = new Map<string, { body: string; headers: IncomingMessage['headers'] }>()
  /** Answers other than the usual, until removed. */
  readonly instead = new Map<string, Answer | (() => Answer)>()
  readonly #held = new Map<string, { arrive(): void; released: Promise<void> }[]>()
  readonly #http = createServer((request, response) => void this.#serve(request, response))

  static async start(): Promise<ActingServer> {
    const server = new ActingServer()
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve))
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`
  }

  /** How often a route was asked for. */
  count(route: string): number {
    return this.log.filter((entry) => entry === route).length
  }

  /** Holds the answer to the next request of a route. */
  hold(route: string): Held {
    const arrived = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const waiting = this.#held.get(route) ?? []
    waiting.push({ arrive: arrived.resolve, released: released.promise })
    this.#held.set(route, waiting)
    return { arrived: arrived.promise, release: released.resolve }
  }

  /** Waits until whatever was under way has had every chance to get here. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < 8; turn += 1) await (await fetch(`${this.url}/quiet`)).text()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method} ${request.url}`
    let body = ''
    for await (const chunk of request) body += String(chunk)
    if (route === 'GET /quiet') return void response.end()
    this.log.push(route)
    this.received.set(route, { body, headers: request.headers })
    const answer = this.#decide(route, body)
    const held = this.#held.get(route)?.shift()
    held?.arrive()
    await held?.released
    if (answer === 'drop') return void request.socket.destroy()
    response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/json', ...answer.headers })
    const { body: out } = answer
    response.end(out === undefined ? undefined : typeof out === 'string' ? out : JSON.stringify(out))
  }

  #decide(route: string, body: string): Answer {
    const instead = this.instead.get(route)
    if (instead) return typeof instead === 'function' ? instead() : instead
    switch (route) {
      case 'GET /v1/session':
        return { status: 200, body: this.view }
      case 'POST /v1/sign-in':
        this.view = viewOf((JSON.parse(body) as { identifier: string }).identifier)
        return { status: 200, body: this.view }
      case 'POST /v1/sign-up':
        this.view = viewOf((JSON.parse(body) as { email: string }).email.split('@')[0] ?? '')
        return { status: 201, body: this.view }
      case 'POST /v1/sign-out':
        this.view = signedOut
        return { status: 204 }
      default:
        return this.view.user ? { status: 200, body: { for: this.view.user.name } } : problem(401, 'not-signed-in')
    }
  }
}

/** Waits for a condition by letting the event loop turn. Five seconds, by a clock that no test moves, are the limit. */
export async function until(condition: () => boolean): Promise<void> {
  const started = process.hrtime.bigint()
  while (!condition()) {
    if (process.hrtime.bigint() - started > 5_000_000_000n)
      throw new Error(`Waited in vain for ${condition.toString()}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
