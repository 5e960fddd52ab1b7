/**
 * Measures: `npm run bench [-- <suite>…] [--rounds=N] [--seconds=N] [--stored=N,N] [--write]`. Prints tables, and keeps the
 * numbers in bench/results. Without the name of a suite all run, and docs/benchmarks.json and the page take the results; with
 * names, they do so only by --write. `--page` writes the page again and measures nothing; `--quick` compares a few subjects
 * with docs/benchmarks.json.
 */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Suite, withBench } from './harness/bench.ts'
import { keep, type Kept, publish } from './harness/kept.ts'
import { describeMachine } from './harness/machine.ts'
import { pinThisProcess } from './harness/pinning.ts'
import { print } from './harness/report.ts'
import { versionsOf } from './harness/versions.ts'
import { requireWrk } from './harness/wrk.ts'
import { BENCHMARKS_PAGE, writePage } from './page/write-page.ts'
import { runQuick } from './quick.ts'
import { checks } from './suites/checks.ts'
import { changes } from './suites/changes.ts'
import { feed } from './suites/feed.ts'
import { flood } from './suites/flood.ts'
import { growth } from './suites/growth.ts'
import { inProcess } from './suites/in-process.ts'
import { memory } from './suites/memory.ts'
import { peers, peersInRotation } from './suites/peers.ts'
import { quick } from './suites/quick.ts'
import { seal } from './suites/seal.ts'
import { signIn } from './suites/sign-in.ts'
import { staleness } from './suites/staleness.ts'
import { weight } from './suites/weight.ts'
import { workers } from './suites/workers.ts'
import { storm } from './suites/storm.ts'
import { sealed } from './suites/sealed.ts'

const SUITES: Readonly<Record<string, Suite>> = {
  peers,
  'peers-in-rotation': peersInRotation,
  staleness,
  'sign-in': signIn,
  storm,
  weight,
  workers,
  checks,
  'in-process': inProcess,
  flood,
  changes,
  feed,
  memory,
  seal,
  growth,
  sealed,
  quick,
}

const root = path.resolve(import.meta.dirname, '..')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    stored: { type: 'string', default: '1e3,1e4,1e5,1e6,1e7' },
    write: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
})

function choose(): readonly string[] {
  const unknown = positionals.filter((name) => !Object.hasOwn(SUITES, name))
  if (unknown.length === 0) return positionals.length > 0 ? positionals : Object.keys(SUITES)
  const known = Object.entries(SUITES).map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`)
  throw new Error(`There is no suite "${unknown.join('", "')}". There are:\n${known.join('\n')}`)
}

async function measure(name: string): Promise<Kept> {
  const suite = SUITES[name]
  if (suite === undefined) throw new Error(`There is no suite "${name}".`)
  const stored = values.stored.split(',').map(Number)
  const pace = { rounds: Number(values.rounds), seconds: Number(values.seconds), warmUpSeconds: 3 }
  const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ')
  const about = { suite: name, command, machine: describeMachine(root), versions: versionsOf(root) }
  const reports = await withBench(root, { pace, stored }, (bench) => suite.run(bench))
  for (const report of reports) print(report)
  const kept = { ...about, reports }
  const file = keep(path.join(root, 'bench/results'), kept)
  console.log(`\n${JSON.stringify(kept.machine)}\nkept in ${path.relative(root, file)}`)
  return kept
}

/** Runs the suites one after the other. One that fails is told and left out, so that hours of the others are not lost. */
async function measureAll(names: readonly string[]): Promise<void> {
  const measured: Kept[] = []
  for (const name of names) {
    try {
      measured.push(await measure(name))
    } catch (error) {
      process.exitCode = 1
      console.error(`\n${name} was not measured: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  if (measured.length === 0 || (positionals.length > 0 && !values.write)) return
  // Only now: a file that changes in between would make the commit of the later suites another.
  publish(root, measured)
  writePage(root)
  console.log(`\nwritten: ${BENCHMARKS_PAGE}`)
}

/** What is measured is what is published: `dist`, of the sources as they are now. */
function buildPackages(): void {
  const args = ['--conditions=coatcheck-source', path.join(root, 'tools/build.ts')]
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error('The packages could not be built: see npm run build.')
}

async function main(): Promise<void> {
  if (values.page) return writePage(root)
  const chosen = choose()
  buildPackages()
  pinThisProcess()
  requireWrk()
  if (values.quick) process.exitCode = await runQuick(root, () => measure('quick'))
  else await measureAll(chosen)
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
