import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { once } from 'node:events'

const PATIENCE_MS = 10_000
const LONGEST_BODY = 100_000

/** An answer as it came: nothing is followed, joined or kept. */
export interface RawAnswer {
  readonly status: number
  /** Each value of a header, by its name in lower case. */
  readonly all: (name: string) => readonly string[]
  readonly body: string
}

/**
 * Asks as a browser would, but with headers that a browser would write by itself, and without its judgement of the answer.
 *
 * @throws Error the network's, with its `code`; `BrokenOff` once an answer has begun
 */
export async function ask(url: URL, method: string, headers: Readonly<Record<string, string>>): Promise<RawAnswer> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  // A connection of its own: one that a proxy has closed meanwhile would look like a server that is not there.
  const sent = request(url, { method, headers, agent: false, signal: AbortSignal.timeout(PATIENCE_MS) })
  sent.end()
  const [response]: IncomingMessage[] = await once(sent, 'response')
  if (response === undefined) throw new Error('There was no answer.')
  const distinct = response.headersDistinct
  return { status: response.statusCode ?? 0, all: (name) => distinct[name] ?? [], body: await bodyOf(response) }
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let body = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      body += String(chunk)
      if (body.length > LONGEST_BODY) break
    }
  } catch (cause) {
    throw new BrokenOff(`after status ${response.statusCode}`, { cause })
  }
  return body
}

/** An answer began, and did not come to its end. */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff'
}
