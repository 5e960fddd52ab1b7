import type { Bench, DatabaseKind, Suite } from '../harness/bench.ts'
import { fill } from '../harness/fill.ts'
import { databaseBytes } from '../harness/database-bytes.ts'
import { compare, digits, MIB, type Report } from '../harness/report.ts'
import { type Entry, interleave } from '../harness/rounds.ts'
import { endedTokens, seedSessions } from '../harness/seed.ts'
import { writeCookies } from '../harness/wrk.ts'
import { CALLED, cookieFor, serveFromDist } from '../subjects/coatcheck.ts'

/** The sessions that are checked; the rest of what is stored is only there. */
const CHECKED = 900
/**
 * One request in ten misses: a genuine token of a session that has ended, which has to be looked for each time. More than a run
 * asks for, and each run begins elsewhere among them: each at a place of its own in the index.
 */
const MISSES = 30_000
const HITS_A_MISS = 9

/** What a check costs by how many sessions are stored. */
export const growth: Suite = {
  about: 'the cost of a check and the bytes of a session with 1e3, … 1e7 sessions stored (--stored=1e3,1e5)',
  async run(bench) {
    const reports: Report[] = []
    const sizes: Sizes = new Map()
    for (const kind of ['sqlite', 'postgres'] as const) reports.push(await measure(bench, kind, sizes))
    return [...reports, sizesReport(sizes)]
  },
}

/** How much larger the databases have become. */
type Sizes = Map<string, { readonly stored: number; readonly bytes: number }>

function sizesReport(sizes: Sizes): Report {
  return {
    title: 'What stored sessions take in the database',
    columns: ['database', 'MiB', 'bytes a session'],
    rows: [...sizes].map(([name, { stored, bytes }]) => [name, digits(bytes / MIB), digits(bytes / stored)]),
    notes: [
      'Indexes included, and the users: one for each ten sessions, but for the first 900, who have one each. IDs, times and lengths are as real ones are.',
      'The indexes of more than 100,000 sessions in PostgreSQL are as dense as new ones; those of fewer, and SQLite’s, were grown session by session.',
    ],
    data: Object.fromEntries(sizes),
  }
}

async function measure(bench: Bench, kind: DatabaseKind, sizes: Sizes): Promise<Report> {
  const entries: Entry[] = []
  for (const stored of bench.stored) entries.push(await start(bench, kind, stored, sizes))
  const runs = await interleave(entries, bench.pace)
  for (const { subject } of entries) await subject.stop()
  const names = entries.map(({ subject }) => subject.name)
  return compare(`GET /v1/session by sessions stored, one miss in ten, ${CALLED[kind]}`, names, runs, [
    'Each ratio is against the fewest sessions, in the same round: median (minimum–maximum).',
    'A miss is a genuine token of a session that is not stored: looked for by the index of IDs, which are random, at another place each time. No row is read for it.',
  ])
}

async function start(bench: Bench, kind: DatabaseKind, stored: number, sizes: Sizes): Promise<Entry> {
  const database = await bench.database(kind)
  const store = await bench.open(database)
  const empty = await databaseBytes(database)
  const tokens = await seedSessions(store, bench.key, CHECKED)
  await store.close()
  await fill(database, 'filled', Math.max(0, stored - CHECKED))
  sizes.set(`${CALLED[kind]}, ${digits(stored)} stored`, { stored, bytes: (await databaseBytes(database)) - empty })
  const subject = await bench.start(serveFromDist(bench, `${digits(stored)} stored`, database))
  const mixed = endedTokens(bench.key, MISSES).flatMap((ended, turn) => {
    const from = (turn * HITS_A_MISS) % CHECKED
    return [...tokens.slice(from, from + HITS_A_MISS), ended]
  })
  const cookies = mixed.map((token) => cookieFor(subject.port, token))
  return { subject, cookies: writeCookies(bench.folder, `${kind}-${stored}`, cookies), isBegunAnywhere: true }
}
