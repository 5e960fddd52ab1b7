import type { HeaderName, RequestHead } from '../../http/request-facts.ts'

/** A request of node:http's, and so of Express' and, as `request.raw`, Fastify's: as much of it as is looked at. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: {
    readonly cookie?: string | undefined
    readonly origin?: string | undefined
    readonly 'sec-fetch-site'?: string | undefined
    readonly 'user-agent'?: string | undefined
  }
}

/** Node joins several headers of one name as `Headers` does, but for User-Agent, of which it keeps the first. */
export class NodeHead implements RequestHead {
  readonly method: string
  /** A path, as Node has it. */
  readonly url: string
  readonly #headers: NodeRequest['headers']

  constructor({ method = '', url = '', headers }: NodeRequest) {
    this.method = method
    this.url = url
    this.#headers = headers
  }

  get headers(): this {
    return this
  }

  get(name: HeaderName): string | null {
    // By their names: a property that is looked up by a variable costs several times as much.
    switch (name) {
      case 'cookie':
        return this.#headers.cookie ?? null
      case 'origin':
        return this.#headers.origin ?? null
      case 'sec-fetch-site':
        return this.#headers['sec-fetch-site'] ?? null
      case 'user-agent':
        return this.#headers['user-agent'] ?? null
    }
  }
}

/** Whether a request is a Web-standard one: its headers are asked for. No header that a client sends is a function. */
export function isWebRequest(request: Request | NodeRequest): request is Request {
  return 'get' in request.headers && typeof request.headers.get === 'function'
}
