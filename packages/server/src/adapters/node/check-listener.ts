import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { CheckHandler, FlatReply } from '../../http/check-handler.ts'
import { sessionRoute } from '../../http/routes/session.ts'
import { NodeHead } from './node-head.ts'

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
  const isPlainHost = lastAnswer((host: string) => PLAIN_HOST.test(host))
  return (incoming, outgoing) => {
    const { url, method, headers } = incoming
    if (url !== sessionRoute.path || method !== sessionRoute.method || !isPlainHost(headers.host ?? '')) {
      otherwise(incoming, outgoing)
      return
    }
    const reply = check(new NodeHead(incoming), () => addressOf(incoming))
    if (reply instanceof Promise) void reply.then((answer) => send(outgoing, answer))
    else send(outgoing, reply)
  }
}

/** Asks again only when it is asked of another text than the last time. */
function lastAnswer(ask: (text: string) => boolean): (text: string) => boolean {
  let last = ''
  let answer = ask(last)
  return (text) => {
    if (text !== last) {
      answer = ask(text)
      last = text
    }
    return answer
  }
}

function send(outgoing: ServerResponse, { status, headers, body }: FlatReply): void {
  outgoing.writeHead(status, headers as string[])
  outgoing.end(body)
}
