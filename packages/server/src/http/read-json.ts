import { BODY_LIMIT } from './body-limit.ts'
import { problem, type ProblemReply } from './problem.ts'

/** A body that was read, or the problem with it. */
export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reply: ProblemReply }

/** Why a body cannot be taken at all, judged by its headers; null when it can. */
export function refuseMediaType(headers: Headers): ProblemReply | null {
  const type = headers.get('content-type')
  if (type === null || !/^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(type)) {
    return problem('unsupported-media-type', { detail: 'The Content-Type must be application/json.' })
  }
  const encoding = headers.get('content-encoding')
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    return problem('unsupported-media-type', { detail: 'A body with a Content-Encoding is not taken.' })
  }
  return null
}

/** Reads a JSON body of at most 64 KiB; more is not even read. */
export async function readJson(request: Request): Promise<JsonBody> {
  const refused = refuseMediaType(request.headers)
  if (refused !== null) return { ok: false, reply: refused }
  if (Number(request.headers.get('content-length') ?? 0) > BODY_LIMIT) return tooLarge()
  const bytes = await readBounded(request).catch(() => undefined)
  if (bytes === null) return tooLarge()
  if (bytes === undefined) return unreadable('The body did not arrive whole.')
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch {
    return unreadable('The body is not JSON in UTF-8.')
  }
}

/** The body's bytes, or null as soon as there are too many. */
async function readBounded(request: Request): Promise<Uint8Array | null> {
  if (request.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop cancels the stream: the rest of a body that is too large is never held.
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength
    if (size > BODY_LIMIT) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function unreadable(message: string): JsonBody {
  return { ok: false, reply: problem('invalid-request', { errors: [{ path: '', message }] }) }
}

function tooLarge(): JsonBody {
  return { ok: false, reply: problem('payload-too-large') }
}
