/**
 * `auth.check` without HTTP, in a process of its own: told by TOKENS (a file) whose sessions to check, prints one line of
 * JSON. Each check is awaited before the next begins, as a request handler would.
 */
import { readFileSync } from 'node:fs'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { coatcheck } from 'coatcheck'

/** What one loop took, in microseconds of the process's time for each turn. */
export interface InProcessRound {
  /** `auth.check` of a `Request` that exists. */
  readonly checkUs: number
  /** A new `Request` for each check, made and checked: what an application on Web-standard requests has anyway. */
  readonly freshUs: number
  /** Making that `Request` alone. */
  readonly requestUs: number
}

const LOOP_MS = 1_000
/** Turns between two looks at the clock. */
const STRIDE = 1_000
const url = 'http://localhost:4000'
const auth = await coatcheck({
  url,
  database: process.env['COATCHECK_DATABASE'],
  keys: [process.env['COATCHECK_KEYS'] ?? ''],
  log: { info: () => undefined, warn: console.error, error: console.error },
})

const cookies = readFileSync(process.env['TOKENS'] ?? '', 'utf8')
  .trim()
  .split('\n')
  .map((token) => `coatcheck-4000=${token}`)
const make = (turn: number): Request =>
  new Request(`${url}/v1/session`, { headers: { cookie: cookies[turn % cookies.length] ?? '' } })
const requests = cookies.map((_cookie, index) => make(index))
const info = { clientAddress: '127.0.0.1' }

async function timed(once: (index: number) => Promise<unknown> | Request): Promise<number> {
  const before = process.cpuUsage()
  const end = performance.now() + LOOP_MS
  let index = 0
  while (performance.now() < end) {
    for (const stop = index + STRIDE; index < stop; index += 1) await once(index)
    // Promises alone never let the event loop turn: no heartbeat would be sent, and the lease would run out.
    await eventLoopTurn()
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / index
}

async function check(request: Request | undefined): Promise<void> {
  if (request === undefined || (await auth.check(request, info)) === null) throw new Error('Somebody was signed out.')
}

const rounds: InProcessRound[] = []
// The first round warms up: caches are filled, and the compiler has seen everything.
for (let round = -1; round < Number(process.env['ROUNDS']); round += 1) {
  const requestUs = await timed(make)
  const checkUs = await timed((index) => check(requests[index % requests.length]))
  const freshUs = await timed((index) => check(make(index)))
  if (round >= 0) rounds.push({ checkUs, freshUs, requestUs })
}
await auth.close()
console.log(JSON.stringify(rounds))
