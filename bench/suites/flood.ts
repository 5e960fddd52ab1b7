import { answerOf } from '../harness/answer.ts'
import type { Suite } from '../harness/bench.ts'
import { type Report, told } from '../harness/report.ts'
import { endedTokens, forgeTokens, seedSessions } from '../harness/seed.ts'
import { countStatements, sessionReads } from '../harness/sql.ts'
import { ratios, spread } from '../harness/statistics.ts'
import { load, type Load, type LoadResult, writeCookies } from '../harness/wrk.ts'
import { bareFrom } from '../subjects/bare-from.ts'
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
    const answer = await answerOf(subject.port, cookieFor(subject.port, tokens[0] ?? ''))
    const bare = await bench.start(bareFrom(answer))
    const subjects = [subject, bare].map((one) => ({ ...one, runs: { calm: [], beside: [], floods: [] } as FloodRuns }))
    for (let round = 0; round < rounds; round += 1) {
      for (const { port, runs } of subjects) {
        const asked = `http://127.0.0.1:${port}/v1/session`
        runs.calm.push(await load(asked, valid))
        const [checks, attack] = await Promise.all([load(asked, valid), load(asked, forged)])
        runs.beside.push(checks)
        runs.floods.push(attack)
      }
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
      rows: subjects.flatMap(({ name, runs: { calm, beside, floods } }) => [
        row(`${name}: valid, calm`, calm),
        row(`${name}: valid, in the flood`, beside),
        row(`${name}: the flood itself`, floods),
      ]),
      notes: [
        ...subjects.map(
          ({ name, runs }) =>
            `${name}: p99 in the flood against calm, round by round: ${told(ratios(p99(runs.beside), p99(runs.calm)))}`,
        ),
        'The bare server checks nothing: what its p99 grows by is the price of so many requests on this machine, whatever they are.',
        `reads of sessions in the store, by pg_stat_statements: ${floodReads.reads} for ${floodReads.requests} forged tokens; ` +
          `that it counts: ${meterReads.reads} for ${meterReads.requests} genuine tokens of sessions that have ended`,
        'Each connection waits some 9 ms after an answer: the core is not full, as it would be in a race for throughput.',
      ],
      data: { runs: subjects.map(({ name, runs }) => ({ name, ...runs })), floodReads, meterReads },
    }
    return [report]
  },
}

/** What was seen round by round: valid checks alone, valid checks in the flood, the flood. */
interface FloodRuns {
  readonly calm: LoadResult[]
  readonly beside: LoadResult[]
  readonly floods: LoadResult[]
}

async function readsDuring(
  database: string,
  work: () => Promise<LoadResult>,
): Promise<{ readonly requests: number; readonly reads: number }> {
  const before = await sessionReads(database)
  const { requests } = await work()
  return { requests, reads: (await sessionReads(database)) - before }
}
