import { randomUUID } from 'node:crypto'
import type { DataSchemas } from '../../src/core/session-data/data-rules.ts'
import type { SessionData } from '../../src/core/session-data/session-data.ts'
import { Browser } from './browser.ts'
import { API, APP, type Scene } from './scene.ts'

/** Somebody at a page, and back-end code of an application that keeps data of their session. */
export class Visitor<Schemas extends DataSchemas> {
  readonly browser: Browser
  readonly #scene: Scene<Schemas>
  /** What the handlers of the requests under way do, by path. */
  readonly #handlers = new Map<string, (data: SessionData<Schemas>) => Promise<void>>()

  constructor(scene: Scene<Schemas>, origin = APP) {
    this.#scene = scene
    this.browser = new Browser((request) => this.#answer(request), origin, API)
  }

  /** What an application's handler does with the session data of one request, whose answer carries the cookie. */
  async use<Result>(work: (data: SessionData<Schemas>) => Promise<Result>, init: RequestInit = {}): Promise<Result> {
    const results: Result[] = []
    const path = `/app/${randomUUID()}`
    this.#handlers.set(path, async (data) => void results.push(await work(data)))
    await this.browser.request(path, { method: 'POST', ...init })
    const [result] = results
    return result as Result
  }

  async #answer(request: Request): Promise<Response> {
    const { auth } = this.#scene
    const handle = this.#handlers.get(new URL(request.url).pathname)
    if (handle === undefined) return auth.fetch(request, { clientAddress: '203.0.113.7' })
    const data = await auth.data(request)
    await handle(data)
    return new Response(null, { status: 204, headers: data.setCookie === null ? {} : { 'set-cookie': data.setCookie } })
  }
}
