import type { Suite } from '../harness/bench.ts'
import { type Report, told } from '../harness/report.ts'
import { endedTokens, forgeTokens, seedSessions } from '../harness/seed.ts'
import { countStatements, sessionReads } from '../harness/sql.ts'
import { ratios, spread } from '../harness/statistics.ts'
import { load, type Load, type LoadResult, writeCookies } from '../harness/wrk.ts'
import { cookieFor, serveFromDist } from '../subjects/coatcheck.ts'

const SESSIONS = 1_000
/** Some 2,000 checks a second, each with a pause before the next: not as many as can be, so that there is calm. */
const VALID = { connections: 20, pauseMs: 9 }
/** Some 10,000 a second. */
const FLOOD = { connections: 110, pauseMs: 9 }

/** Valid checks beside a flood of forged tokens, and what of it reaches the store. */
export const flood: Suite = {
  about: 'valid checks beside 10,000 forged tokens a second',
  async run(bench) {
    const { seconds, rounds, warmUpSeconds } = bench.pace
    const database = await bench.database('postgres')
    const store = await bench.open(database)
    const tokens = await seedSessions(store, bench.key, SESSIONS)
    await countStatements(database)
    const subject = await bench.start(serveFromDist(bench, 'coatcheck serve', database))
    const url = `http://127.0.0.1:${subject.port}/v1/session`
    const file = (name: string, of: readonly string[]): string =>
      writeCookies(
        bench.folder,
        name,
        of.map((token) => cookieFor(subject.port, token)),
      )
    const valid: Load = { ...VALID, seconds, cookies: file('valid', tokens) }
    const forged: Load = { ...FLOOD, seconds, cookies: file('forged', forgeTokens(10_000)) }
    await load(url, { ...valid, seconds: warmUpSeconds })

    const meterReads = await readsDuring(database, () =>
      load(url, { seconds: 1, connections: 1, cookies: file('ended', endedTokens(bench.key, 10)) }),
    )
    const floodReads = await readsDuring(database, () => load(url, forged))
    const calm: LoadResult[] = []
    const beside: LoadResult[] = []
    const floods: LoadResult[] = []
    for (let round = 0; round < rounds; round += 1) {
      calm.push(await load(url, valid))
      const [checks, attack] = await Promise.all([load(url, valid), load(url, forged)])
      beside.push(checks)
      floods.push(attack)
    }
    const row = (name: string, runs: readonly LoadResult[]): readonly string[] => {
      const of = (field: keyof LoadResult): readonly number[] => runs.map((run) => run[field])
      const rate = told(spread(of('requestsPerSecond')))
      return [name, rate, told(spread(of('p50'))), told(spread(of('p99'))), told(spread(of('max')))]
    }
    const p99 = (runs: readonly LoadResult[]): number[] => runs.map((run) => run.p99)
    const report: Report = {
      title: 'Valid checks beside a flood of forged tokens, one core, PostgreSQL',
      columns: ['', 'requests/s', 'p50 ms', 'p99 ms', 'max ms'],
      rows: [row('valid, calm', calm), row('valid, in the flood', beside), row('the flood itself', floods)],
      notes: [
        `p99 in the flood against calm, round by round: ${told(ratios(p99(beside), p99(calm)))}`,
        `reads of sessions in the store, by pg_stat_statements: ${floodReads.reads} for ${floodReads.requests} forged tokens; ` +
          `that it counts: ${meterReads.reads} for ${meterReads.requests} genuine tokens of sessions that have ended`,
        'Each connection of the valid checks waits 9 ms after an answer: the core is not full, as it would be in a race for throughput.',
      ],
      data: { calm, beside, floods, floodReads, meterReads },
    }
    return [report]
  },
}

async function readsDuring(
  database: string,
  work: () => Promise<LoadResult>,
): Promise<{ readonly requests: number; readonly reads: number }> {
  const before = await sessionReads(database)
  const { requests } = await work()
  return { requests, reads: (await sessionReads(database)) - before }
}
