/**
 * Another node: checks the tokens that the file TOKENS lists, over and over, until all were refused. They are revoked in
 * their order, so it is enough to ask for the first of those still good, and some after them. Prints READY once all are in
 * memory, and in the end one line of JSON.
 */
import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { coatcheck } from 'coatcheck'

/** What it saw. */
export interface Observed {
  /** The start of the last check of each token that was answered "valid", by this machine's monotonic clock. */
  readonly lastValidAt: readonly number[]
}

/** How many are asked for at a time: those revoked within some hundred milliseconds, whatever their order became. */
const AHEAD = 400

const url = 'http://localhost:4000'
const auth = await coatcheck({
  url,
  database: process.env['COATCHECK_DATABASE'],
  keys: [process.env['COATCHECK_KEYS'] ?? ''],
  log: { info: () => undefined, warn: console.error, error: console.error },
})
const requests = readFileSync(process.env['TOKENS'] ?? '', 'utf8')
  .trim()
  .split('\n')
  .map((token) => new Request(url, { headers: { cookie: `coatcheck-4000=${token}` } }))

const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6
const lastValidAt: number[] = []
const good = new Set(requests.keys())

async function look(index: number): Promise<void> {
  const request = requests[index]
  if (request === undefined) return
  const startedAt = machineMs()
  if ((await auth.check(request)) === null) good.delete(index)
  else lastValidAt[index] = startedAt
}

for (const index of [...good]) await look(index)
for (const index of [...good]) await look(index)
if (good.size < requests.length) throw new Error('A session was refused before any was revoked.')
console.log('READY')
while (good.size > 0) {
  let left = AHEAD
  for (const index of good) {
    await look(index)
    left -= 1
    if (left === 0) break
  }
  await setImmediate()
}
await auth.close()
console.log(JSON.stringify({ lastValidAt } satisfies Observed))
