import { DatabaseSync } from 'node:sqlite'
import type { Bench, DatabaseKind, Suite } from '../harness/bench.ts'
import { fill, filledIds } from '../harness/fill.ts'
import { runOnce } from '../harness/once.ts'
import { digits, type Report, told } from '../harness/report.ts'
import { query } from '../harness/sql.ts'
import { ratios, spread } from '../harness/statistics.ts'
import { CALLED, revoker } from '../subjects/coatcheck.ts'
import type { Revoked } from '../subjects/revoker.ts'

const CALLERS = 64
const A_ROUND = 10_000

/** What a change row costs the commit that it is part of. */
export const changes: Suite = {
  about: 'revocations a second with and without the triggers that write change rows',
  async run(bench) {
    const reports: Report[] = []
    for (const kind of ['postgres', 'sqlite'] as const) reports.push(await measure(bench, kind))
    return reports
  },
}

async function measure(bench: Bench, kind: DatabaseKind): Promise<Report> {
  const [without, with_] = [await bench.database(kind), await bench.database(kind)]
  for (const database of [without, with_]) await (await bench.open(database)).close()
  await dropTriggers(without)
  const rates: Record<'without' | 'with', number[]> = { without: [], with: [] }
  for (let round = -1; round < bench.pace.rounds; round += 1) {
    for (const [which, database] of [
      ['without', without],
      ['with', with_],
    ] as const) {
      const rate = await revoke(bench, database, `round-${round + 1}`)
      // The first round warms up the machine: files, page caches, the disk.
      if (round >= 0) rates[which].push(rate)
    }
  }
  return {
    title: `Revocations a second, ${CALLED[kind]}, ${CALLERS} callers, each commit synced`,
    columns: ['', 'revocations/s', 'ratio'],
    rows: [
      ['without change rows', told(spread(rates.without)), '1'],
      ['with change rows', told(spread(rates.with)), told(ratios(rates.with, rates.without))],
    ],
    notes: [`Rounds of ${digits(A_ROUND)}, turn by turn; the store on its own core, the callers on theirs.`],
    data: rates,
  }
}

async function revoke(bench: Bench, database: string, name: string): Promise<number> {
  await fill(database, name, A_ROUND)
  const { seconds } = await runOnce<Revoked>(revoker(bench, database, filledIds(name, A_ROUND), { atOnce: CALLERS }))
  return A_ROUND / seconds
}

async function dropTriggers(database: string): Promise<void> {
  if (database.startsWith('postgres:')) {
    await query(database, 'alter table coatcheck.sessions disable trigger user')
    return
  }
  const sqlite = new DatabaseSync(database)
  for (const { name } of sqlite.prepare("select name from sqlite_master where type = 'trigger'").all()) {
    sqlite.exec(`drop trigger "${String(name)}"`)
  }
  sqlite.close()
}
