/**
 * Measures: `npm run bench [-- <suite>…] [--rounds=N] [--seconds=N] [--stored=N,N]`. Prints tables, and keeps the numbers in
 * bench/results. Without the name of a suite, all run.
 */
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Suite, withBench } from './harness/bench.ts'
import { describeMachine } from './harness/machine.ts'
import { pinThisProcess } from './harness/pinning.ts'
import { keep, print } from './harness/report.ts'
import { requireWrk } from './harness/wrk.ts'
import { checks } from './suites/checks.ts'
import { changes } from './suites/changes.ts'
import { feed } from './suites/feed.ts'
import { flood } from './suites/flood.ts'
import { growth } from './suites/growth.ts'
import { inProcess } from './suites/in-process.ts'
import { memory } from './suites/memory.ts'
import { peers } from './suites/peers.ts'
import { seal } from './suites/seal.ts'
import { signIn } from './suites/sign-in.ts'
import { staleness } from './suites/staleness.ts'
import { storm } from './suites/storm.ts'
import { sealed } from './suites/sealed.ts'

const SUITES: Readonly<Record<string, Suite>> = {
  peers,
  staleness,
  'sign-in': signIn,
  storm,
  checks,
  'in-process': inProcess,
  flood,
  changes,
  feed,
  memory,
  seal,
  growth,
  sealed,
}

const root = path.resolve(import.meta.dirname, '..')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '5' },
    stored: { type: 'string', default: '1e3,1e5' },
  },
})

function choose(): readonly string[] {
  const unknown = positionals.filter((name) => !Object.hasOwn(SUITES, name))
  if (unknown.length === 0) return positionals.length > 0 ? positionals : Object.keys(SUITES)
  const known = Object.entries(SUITES).map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`)
  throw new Error(`There is no suite "${unknown.join('", "')}". There are:\n${known.join('\n')}`)
}

async function main(): Promise<void> {
  const chosen = choose()
  pinThisProcess()
  requireWrk()
  const stored = values.stored.split(',').map(Number)
  const pace = { rounds: Number(values.rounds), seconds: Number(values.seconds), warmUpSeconds: 3 }
  for (const name of chosen) {
    const suite = SUITES[name]
    if (suite === undefined) continue
    const machine = describeMachine(root)
    const reports = await withBench(root, { pace, stored }, (bench) => suite.run(bench))
    for (const report of reports) print(report)
    const file = keep(path.join(root, 'bench/results'), name, machine, reports)
    console.log(`\n${JSON.stringify(machine)}\nkept in ${path.relative(root, file)}`)
  }
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
