/**
 * Keeps the sessions of the file TOKENS in memory, by checking each once, and tells what they take there. Run it with
 * `--expose-gc`, a heap large enough, and a lease long enough to hold while all are read.
 */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { coatcheck } from 'coatcheck'

/** What so many sessions take. */
export interface MemoryTaken {
  readonly sessions: number
  readonly heapBytesEach: number
  readonly residentBytesEach: number
  readonly residentBytes: number
  /** A full collection, with all of them alive. */
  readonly fullCollectionMs: number
  /** The first check of each, which reads the store. */
  readonly missUs: number
  /** A check from memory, of those that were read last: later, all would be read again. */
  readonly hitUs: number
}

/** So many of those that were read last are checked again. */
const LATEST = 50_000
const latest: string[] = []

const url = 'http://localhost:4000'
const { gc } = globalThis
if (gc === undefined) throw new Error('Run this with --expose-gc.')
const auth = await coatcheck({
  url,
  database: process.env['COATCHECK_DATABASE'],
  keys: [process.env['COATCHECK_KEYS'] ?? ''],
  sessionCache: { maxSessions: 10_000_000, maxBytes: 2 ** 36 },
  leaseMs: 30_000,
  log: { info: () => undefined, warn: console.error, error: console.error },
})

/** Checks each once. @returns how many, and the microseconds of each */
async function checkAll(
  tokens: Iterable<string> | AsyncIterable<string>,
): Promise<{ readonly count: number; readonly us: number }> {
  const before = process.cpuUsage()
  let count = 0
  for await (const token of tokens) {
    const request = new Request(url, { headers: { cookie: `coatcheck-4000=${token}` } })
    if ((await auth.check(request)) === null) throw new Error('Somebody was signed out.')
    latest[count % LATEST] = token
    count += 1
  }
  const { user, system } = process.cpuUsage(before)
  return { count, us: (user + system) / count }
}

function collected(): NodeJS.MemoryUsage {
  for (let turn = 0; turn < 3; turn += 1) gc?.()
  return process.memoryUsage()
}

const before = collected()
const { count, us: missUs } = await checkAll(createInterface({ input: createReadStream(process.env['TOKENS'] ?? '') }))
const { us: hitUs } = await checkAll([...latest])
const after = collected()
const start = performance.now()
gc()
const fullCollectionMs = performance.now() - start
await auth.close()
const result: MemoryTaken = {
  sessions: count,
  heapBytesEach: (after.heapUsed + after.external - before.heapUsed - before.external) / count,
  residentBytesEach: (after.rss - before.rss) / count,
  residentBytes: after.rss,
  fullCollectionMs,
  missUs,
  hitUs,
}
console.log(JSON.stringify(result))
