import { Agent, request } from 'node:http'

/** A request and what came of it, by the monotonic clock in milliseconds. */
export interface Exchange {
  /** Just before the request was written. */
  readonly start: number
  /** When all of the answer had arrived, or it was clear that none would. */
  readonly end: number
  /** Null when no whole answer came. */
  readonly status: number | null
  readonly body: string
  readonly cookies: readonly string[]
}

/** What is asked. */
export interface Ask {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** Requests under way at one node at most: those beyond wait, and their clock starts when their turn comes. */
const AT_ONCE = 600

/** Kept-alive connections to one node. It never throws: no answer is an answer too. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE, maxFreeSockets: AT_ONCE })
  readonly #port: number
  readonly #timeoutMs: number
  readonly #waiting: (() => void)[] = []
  #underWay = 0

  constructor(port: number, timeoutMs: number) {
    this.#port = port
    this.#timeoutMs = timeoutMs
  }

  async send(ask: Ask): Promise<Exchange> {
    if (this.#underWay >= AT_ONCE) await new Promise<void>((resolve) => void this.#waiting.push(resolve))
    else this.#underWay += 1
    try {
      return await this.#exchange(ask)
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#underWay -= 1
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  #exchange({ method, path, headers }: Ask): Promise<Exchange> {
    return new Promise((resolve) => {
      const start = performance.now()
      const nothing = (): void => {
        resolve({ start, end: performance.now(), status: null, body: '', cookies: [] })
      }
      const sent = request({
        agent: this.#agent,
        host: '127.0.0.1',
        port: this.#port,
        method,
        path,
        headers,
        timeout: this.#timeoutMs,
      })
      sent.on('timeout', () => sent.destroy())
      sent.on('error', nothing)
      sent.on('response', (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (body += chunk))
        response.on('error', nothing)
        response.on('end', () => {
          const cookies = response.headers['set-cookie'] ?? []
          resolve({ start, end: performance.now(), status: response.statusCode ?? null, body, cookies })
        })
      })
      sent.end()
    })
  }
}
