import { z } from 'zod'
import { problem } from './problem.ts'

const newTrade = z.strictObject({
  symbol: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z][A-Z0-9.-]{0,11}$/, 'A letter, then letters, digits, dots or hyphens: 12 at most.'),
  side: z.enum(['buy', 'sell'], 'The side is "buy" or "sell".'),
  quantity: z.int('Write a whole number.').min(1, 'Trade at least one.').max(1_000_000, 'A million at most.'),
  price: z
    .int('Write the price of one in whole cents.')
    .min(1, 'The price is at least one cent.')
    .max(100_000_000, 'The price is a million at most.'),
})

/** What a user says of a trade. The rest, whose it is above all, the server knows. */
export type NewTrade = Readonly<z.infer<typeof newTrade>>

/** A trade, or the response that says what is wrong with it. */
export type ReadTrade =
  | { readonly ok: true; readonly trade: NewTrade }
  | { readonly ok: false; readonly refusal: Response }

const mostBytes = 1_024

/** Reads a trade from a JSON body of at most 1 KiB. */
export async function readNewTrade(request: Request): Promise<ReadTrade> {
  const { headers } = request
  const isJson = /^application\/json(;\s*charset=utf-8)?$/i.test(headers.get('content-type') ?? '')
  if (!isJson || headers.has('content-encoding')) {
    return refuse(415, 'unsupported-media-type', 'The request body is not JSON')
  }
  const bytes = await readBounded(request)
  if (bytes === null) return refuse(413, 'payload-too-large', `A trade has ${mostBytes} bytes at most`)
  const parsed = newTrade.safeParse(jsonOf(bytes))
  if (parsed.success) return { ok: true, trade: parsed.data }
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  return refuse(400, 'invalid-request', 'This is not a trade', { errors })
}

function refuse(...[status, code, title, more]: Parameters<typeof problem>): ReadTrade {
  return { ok: false, refusal: problem(status, code, title, more) }
}

/** The body, or null as soon as there is too much of it; the rest is never held in memory. */
async function readBounded(request: Request): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > mostBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** What the bytes say, or undefined, which is no trade either. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return undefined
  }
}
