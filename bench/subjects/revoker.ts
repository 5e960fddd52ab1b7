/** Ends sessions by `auth.sessions.revoke`, so many at a time, and prints how long it took as one line of JSON. */
import { coatcheck } from 'coatcheck'

/** What it took. */
export interface Revoked {
  readonly count: number
  readonly seconds: number
  readonly cpuMs: number
}

const [name = '', count = '', atOnce = ''] = process.argv.slice(2)
const auth = await coatcheck({
  url: 'http://localhost:4000',
  database: process.env['COATCHECK_DATABASE'],
  keys: [process.env['COATCHECK_KEYS'] ?? ''],
  log: { info: () => undefined, warn: console.error, error: console.error },
})

const ids = Array.from({ length: Number(count) }, (_none, index) => `${name}-${index}`).values()
async function worker(): Promise<void> {
  for (const id of ids) if (!(await auth.sessions.revoke(id))) throw new Error(`There was no session ${id}.`)
}

const cpu = process.cpuUsage()
const start = performance.now()
await Promise.all(Array.from({ length: Number(atOnce) }, worker))
const seconds = (performance.now() - start) / 1_000
const { user, system } = process.cpuUsage(cpu)
await auth.close()
console.log(JSON.stringify({ count: Number(count), seconds, cpuMs: (user + system) / 1_000 } satisfies Revoked))
