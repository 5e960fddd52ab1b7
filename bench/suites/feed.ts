import type { Bench, Suite } from '../harness/bench.ts'
import { runBeside, runUntilReady } from '../harness/once.ts'
import { digits, type Report } from '../harness/report.ts'
import { seedSessions, sessionIdOf } from '../harness/seed.ts'
import { quantile } from '../harness/statistics.ts'
import { libraryProgram, listFile, revoker } from '../subjects/coatcheck.ts'
import type { Observed } from '../subjects/observer.ts'
import type { Revoked } from '../subjects/revoker.ts'

const SECONDS = 10
/** Revocations a second; 0 is as many as PostgreSQL takes from 64 callers. */
const RATES = [100, 1_000, 0]
const CALLERS = 64
const MOST = 1_000 * SECONDS

/** How long after a revocation was acknowledged by one node a check that starts at another is still answered "valid". */
export const feed: Suite = {
  about: 'the delay of revocations between two nodes on one PostgreSQL',
  async run(bench) {
    const rows: (readonly string[])[] = []
    const data: Record<string, readonly number[]> = {}
    for (const rate of RATES) {
      const { delays, seconds } = await measure(bench, rate)
      const name = rate === 0 ? `as fast as ${CALLERS} callers can` : `${digits(rate)}/s`
      const [p50, p99] = [quantile(delays, 0.5), quantile(delays, 0.99)]
      const most = Math.max(...delays)
      rows.push([name, digits(delays.length), digits(delays.length / seconds), ...[p50, p99, most].map(digits)])
      data[name] = delays
    }
    const report: Report = {
      title: 'Delay of revocations, from node to node, PostgreSQL, a lease of 1 s',
      columns: ['revocations', 'count', 'reached/s', 'p50 ms', 'p99 ms', 'max ms'],
      rows,
      notes: [
        'From the acknowledgement at one node to the start of the last check that another node answered "valid"; 0 when none was.',
        'Both by the machine’s monotonic clock. The observing node is alone on its core and checks without a pause.',
      ],
      data,
    }
    return [report]
  },
}

async function measure(
  bench: Bench,
  rate: number,
): Promise<{ readonly delays: readonly number[]; readonly seconds: number }> {
  const database = await bench.database('postgres')
  const store = await bench.open(database)
  const tokens = await seedSessions(store, bench.key, rate === 0 ? MOST : rate * SECONDS)
  const observer = await runUntilReady<Observed>(
    libraryProgram(bench, 'observer', database, { TOKENS: listFile(bench, `feed-${rate}`, tokens) }),
  )
  const { acknowledgedAt, seconds } = await runBeside<Revoked>(
    revoker(bench, database, tokens.map(sessionIdOf), { atOnce: CALLERS, rate }),
  )
  const { lastValidAt } = await observer.result
  const delays = acknowledgedAt.map((at, index) => Math.max(0, (lastValidAt[index] ?? NaN) - at))
  return { delays, seconds }
}
