import type { Bench, DatabaseKind, Suite } from '../harness/bench.ts'
import { runOnce } from '../harness/once.ts'
import { told, type Report } from '../harness/report.ts'
import { seedSessions } from '../harness/seed.ts'
import { spread } from '../harness/statistics.ts'
import { CALLED, libraryProgram, listFile } from '../subjects/coatcheck.ts'
import type { InProcessRound } from '../subjects/in-process.ts'

const SESSIONS = [1, 1_000]

/** `auth.check` without HTTP. */
export const inProcess: Suite = {
  about: 'auth.check in process, in microseconds',
  async run(bench) {
    const rows: (readonly string[])[] = []
    const data: Record<string, readonly InProcessRound[]> = {}
    for (const kind of ['sqlite', 'postgres'] as const) {
      for (const [name, rounds] of await measure(bench, kind)) {
        const of = (field: keyof InProcessRound): string => told(spread(rounds.map((round) => round[field])))
        rows.push([name, of('checkUs'), of('freshUs'), of('requestUs')])
        data[name] = rounds
      }
    }
    const report: Report = {
      title: 'auth.check in process, CPU µs each',
      columns: ['sessions', 'check', 'new Request + check', 'new Request alone'],
      rows,
      notes: ['One check at a time, awaited: median (minimum–maximum) of rounds of a second.'],
      data,
    }
    return [report]
  },
}

async function measure(bench: Bench, kind: DatabaseKind): Promise<readonly [string, readonly InProcessRound[]][]> {
  const database = await bench.database(kind)
  const tokens = await seedSessions(await bench.open(database), bench.key, Math.max(...SESSIONS))
  const results: [string, readonly InProcessRound[]][] = []
  for (const count of SESSIONS) {
    const rounds = await runOnce<readonly InProcessRound[]>(
      libraryProgram(bench, 'in-process', database, {
        TOKENS: listFile(bench, kind, tokens.slice(0, count)),
        ROUNDS: String(bench.pace.rounds),
      }),
    )
    results.push([`${count}, ${CALLED[kind]}`, rounds])
  }
  return results
}
