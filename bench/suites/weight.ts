import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'
import type { Bench, Suite } from '../harness/bench.ts'
import { clientBytes } from '../harness/client-bundle.ts'
import { COATCHECK, placesFor, withSettings } from '../harness/entrants.ts'
import { install, pack } from '../harness/installed.ts'
import { installPeers } from '../harness/install-peers.ts'
import { FRAMEWORKS, peerProgram, PEERS } from '../harness/peers.ts'
import { residentBytes } from '../harness/process-usage.ts'
import { digits, MIB, type Report, told } from '../harness/report.ts'
import { seedSqlite } from '../harness/seed-sqlite.ts'
import { spread } from '../harness/statistics.ts'
import type { SubjectProgram } from '../harness/subject.ts'
import { load, writeCookies } from '../harness/wrk.ts'
import { cookieFor, serveFromDist } from '../subjects/coatcheck.ts'

const STORED = 1_000_000
const CHECKED = 100_000

/** What one takes in: on the disk, at the start, in memory, in the page. */
export const weight: Suite = {
  about: 'install size, start-up, memory after start and beside a million sessions, the client in the page',
  async run(bench) {
    await installPeers(bench.root)
    return [installs(bench), await starts(bench), await million(bench), await clients(bench)]
  },
}

function installs(bench: Bench): Report {
  const { dependencies } = JSON.parse(readFileSync(path.join(bench.root, 'bench/package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  const exact = (...names: string[]): string[] => names.map((name) => `${name}@${dependencies[name]}`)
  const ours = ['client', 'server'].map((name) => pack(bench.root, name, bench.folder))
  const wanted: Readonly<Record<string, readonly string[]>> = {
    'Coatcheck: server, library and client': ours,
    'better-auth, with pg': exact('better-auth', 'pg'),
    'express-session and connect-pg-simple, with Express and pg': exact(
      'express',
      'express-session',
      'connect-pg-simple',
      'pg',
    ),
    '@fastify/session and connect-redis, with Fastify': exact(
      'fastify',
      '@fastify/cookie',
      '@fastify/session',
      'connect-redis',
      'redis',
    ),
    '@fastify/secure-session, with Fastify': exact('fastify', '@fastify/secure-session'),
    'iron-session': exact('iron-session'),
    jose: exact('jose'),
  }
  const found = Object.entries(wanted).map(([name, packages], index) => ({
    name,
    ...install(path.join(bench.folder, `install-${index}`), packages),
  }))
  return {
    title: 'Installed into an empty folder',
    columns: ['', 'packages', 'MiB'],
    rows: found.map(({ name, packages, bytes }) => [name, String(packages), digits(bytes / MIB)]),
    notes: [
      'Without what is only for development. Coatcheck is a server with its HTTP API, hashing and both stores; what others need besides for that is not counted.',
    ],
    data: found,
  }
}

async function starts(bench: Bench): Promise<Report> {
  const programs = await startable(bench)
  for (const program of programs) await (await bench.start(program)).stop()
  const seen = programs.map(({ name }) => ({ name, startMs: [] as number[], residentMiB: [] as number[] }))
  for (let round = 0; round < bench.pace.rounds; round += 1) {
    for (const [index, program] of programs.entries()) {
      const startedAt = performance.now()
      const subject = await bench.start(withSettings(program, { MIGRATED: '1' }))
      seen[index]?.startMs.push(performance.now() - startedAt)
      seen[index]?.residentMiB.push(residentBytes(subject.pid) / MIB)
      await subject.stop()
    }
  }
  return {
    title: 'Start-up, and memory after it',
    columns: ['', 'ms to the first answer', 'MiB'],
    rows: seen.map(({ name, startMs, residentMiB }) => [name, told(spread(startMs)), told(spread(residentMiB))]),
    notes: [
      'From the start of the process to its first good answer, asked for every 20 ms; one core. Memory is what is resident. All are JavaScript, and the tables of their databases are there.',
    ],
    data: seen,
  }
}

async function startable(bench: Bench): Promise<readonly SubjectProgram[]> {
  const folder = peersAsJavaScript(bench.root)
  const asJavaScript = (program: SubjectProgram): SubjectProgram => ({
    ...program,
    program: program.program.map((file) => path.join(folder, path.basename(file, '.ts') + '.js')),
  })
  const programs: SubjectProgram[] = FRAMEWORKS.map(({ name, file }) => asJavaScript(peerProgram({ name, file })))
  for (const entry of COATCHECK.slice(0, 3)) {
    const database = await bench.database(entry.database)
    await (await bench.open(database)).close()
    programs.push({ ...entry.program(bench, database), name: entry.name })
  }
  for (const id of [
    'express-session-postgres',
    'fastify-session-redis',
    'iron-session',
    'better-auth-api',
    'jwt-hs256',
  ]) {
    const peer = PEERS.find((each) => each.id === id)
    if (peer !== undefined) programs.push(asJavaScript(peerProgram(peer, await placesFor(bench, peer))))
  }
  return programs
}

/** The peers without their types: to take these off at each start costs time and memory, which Coatcheck's dist does not pay. */
function peersAsJavaScript(root: string): string {
  const [from, to] = [path.join(root, 'bench/peers'), path.join(root, 'bench/results/peers')]
  mkdirSync(to, { recursive: true })
  for (const file of readdirSync(from).filter((name) => name.endsWith('.ts'))) {
    const script = stripTypeScriptTypes(readFileSync(path.join(from, file), 'utf8')).replaceAll(
      /(from '\.\/.+)\.ts'/g,
      "$1.js'",
    )
    writeFileSync(path.join(to, `${path.basename(file, '.ts')}.js`), script)
  }
  return to
}

/** Memory of `coatcheck serve` where a million sessions are stored, and a tenth of them were just checked. */
async function million(bench: Bench): Promise<Report> {
  const database = await bench.database('sqlite')
  await (await bench.open(database)).close()
  const tokens = seedSqlite(database, bench.key, STORED).slice(0, CHECKED)
  const subject = await bench.start(serveFromDist(bench, 'coatcheck million', database))
  const before = residentBytes(subject.pid) / MIB
  const cookies = writeCookies(
    bench.folder,
    'million',
    tokens.map((token) => cookieFor(subject.port, token)),
  )
  const url = `http://127.0.0.1:${subject.port}/v1/session`
  let asked = 0
  while (asked < 2 * CHECKED) asked += (await load(url, { cookies, seconds: 5 })).requests
  const after = residentBytes(subject.pid) / MIB
  return {
    title: 'Memory of coatcheck serve beside a million stored sessions, SQLite',
    columns: ['', 'MiB'],
    rows: [
      ['after the start', digits(before)],
      [`after ${digits(asked)} checks of ${digits(CHECKED)} sessions`, digits(after)],
    ],
    notes: [
      'What is remembered is bounded, by 100,000 sessions and 128 MiB unless set otherwise: the rest is read when it is asked for. The suite memory says what a million in memory would take.',
    ],
    data: { before, after, asked },
  }
}

async function clients(bench: Bench): Promise<Report> {
  const folder = path.join(bench.root, 'bench/results/clients')
  const found = {
    '@coatcheck/client': await clientBytes(
      folder,
      'coatcheck',
      "import { createClient } from '@coatcheck/client'\nexport const client = createClient({ url: 'https://api.example.com' })",
    ),
    'better-auth/client': await clientBytes(
      folder,
      'better-auth',
      "import { createAuthClient } from 'better-auth/client'\nexport const client = createAuthClient({ baseURL: 'https://api.example.com' })",
    ),
  }
  return {
    title: 'The client in the page',
    columns: ['', 'bytes', 'bytes compressed (gzip)'],
    rows: Object.entries(found).map(([name, { minified, compressed }]) => [name, digits(minified), digits(compressed)]),
    notes: ['Bundled by Vite as a library of one file, without a framework’s binding.'],
    data: found,
  }
}
