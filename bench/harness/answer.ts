import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

/** An HTTP answer as it came over the wire: names and values of the headers in turn, in their order. */
export interface Answer {
  readonly status: number
  readonly headers: readonly string[]
  readonly body: string
}

/** Node's own server writes these by itself, in every subject. */
const BY_NODE = new Set(['date', 'connection', 'keep-alive'])

/** Asks once, and returns the answer without what Node's server adds to each. */
export async function answerOf(port: number, cookie: string, path = '/v1/session'): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ port, host: '127.0.0.1', path, headers: { cookie } }, resolve).on('error', reject)
  })
  const headers: string[] = []
  for (let index = 0; index < response.rawHeaders.length; index += 2) {
    const name = response.rawHeaders[index] ?? ''
    if (!BY_NODE.has(name.toLowerCase())) headers.push(name, response.rawHeaders[index + 1] ?? '')
  }
  return { status: response.statusCode ?? 0, headers, body: await text(response) }
}

/** Whether two answers are the same but for the order of their headers and, where `sameBody` is false, their bodies. */
export function sameAnswer(left: Answer, right: Answer, sameBody = true): boolean {
  const lines = ({ headers }: Answer): string =>
    headers
      .flatMap((name, index) => (index % 2 === 0 ? [`${name.toLowerCase()}: ${headers[index + 1]}`] : []))
      .toSorted()
      .join('\n')
  return left.status === right.status && lines(left) === lines(right) && (!sameBody || left.body === right.body)
}
