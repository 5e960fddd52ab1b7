/**
 * Ends the sessions that the file IDS lists, in its order, by `auth.sessions.revoke`: RATE of them a second, or as fast as
 * AT_ONCE callers can. Prints one line of JSON.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { coatcheck } from 'coatcheck'

/** What it took. */
export interface Revoked {
  readonly seconds: number
  /** When each was acknowledged, in the order of the file: milliseconds of this machine's monotonic clock. */
  readonly acknowledgedAt: readonly number[]
}

const setting = (name: string): string => process.env[name] ?? ''
const ids = readFileSync(setting('IDS'), 'utf8').trim().split('\n')
const rate = Number(setting('RATE'))
const auth = await coatcheck({
  url: 'http://localhost:4000',
  database: setting('COATCHECK_DATABASE'),
  keys: [setting('COATCHECK_KEYS')],
  log: { info: () => undefined, warn: console.error, error: console.error },
})

const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6
const acknowledgedAt: number[] = []
const start = machineMs()
const entries = ids.entries()

async function worker(): Promise<void> {
  for (const [index, id] of entries) {
    const dueInMs = rate > 0 ? start + (index * 1_000) / rate - machineMs() : 0
    if (dueInMs > 0) await sleep(dueInMs)
    if (!(await auth.sessions.revoke(id))) throw new Error(`There was no session ${id}.`)
    acknowledgedAt[index] = machineMs()
  }
}

await Promise.all(Array.from({ length: Number(setting('AT_ONCE')) }, worker))
const seconds = (machineMs() - start) / 1_000
await auth.close()
console.log(JSON.stringify({ seconds, acknowledgedAt } satisfies Revoked))
