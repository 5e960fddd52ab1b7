import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { CheckHandler } from '../../http/check-handler.ts'
import type { RequestHead } from '../../http/request-facts.ts'
import type { Reply } from '../../http/respond.ts'
import { sessionRoute } from '../../http/routes/session.ts'

/** A host as any server takes it. What is written otherwise, @hono/node-server looks at closely, and may refuse. */
const PLAIN_HOST = /^[a-z0-9._-]+(?::(?:[1-5]\d{3,4}|[6-9]\d{3}))?$/

/**
 * Answers the checks among a `node:http` server's requests, and hands all others on.
 *
 * A check is `GET /v1/session` in so many letters; whatever is unusual about it takes the way of all requests.
 *
 * @param addressOf the client's address, as far as the server can tell
 */
export function checkListener(
  check: CheckHandler,
  addressOf: (incoming: IncomingMessage) => string | null,
  otherwise: (incoming: IncomingMessage, outgoing: ServerResponse) => unknown,
): RequestListener {
  return (incoming, outgoing) => {
    if (!isPlainCheck(incoming)) {
      otherwise(incoming, outgoing)
      return
    }
    const reply = check(headOf(incoming), addressOf(incoming))
    if (reply instanceof Promise) void reply.then((answer) => send(outgoing, answer))
    else send(outgoing, reply)
  }
}

function isPlainCheck({ url, method, headers }: IncomingMessage): boolean {
  return url === sessionRoute.path && method === sessionRoute.method && PLAIN_HOST.test(headers.host ?? '')
}

/** Node joins several headers of one name as `Headers` does, but for User-Agent, of which it keeps the first. */
function headOf({ method = '', headers }: IncomingMessage): RequestHead {
  return {
    method,
    headers: {
      get(name) {
        const value = headers[name]
        return typeof value === 'string' ? value : null
      },
    },
  }
}

function send(outgoing: ServerResponse, { status, headers, body }: Reply): void {
  outgoing.writeHead(status, headers)
  outgoing.end(body ?? '')
}
