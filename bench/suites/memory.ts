import type { Bench, Suite } from '../harness/bench.ts'
import { runOnce } from '../harness/once.ts'
import { digits, type Report } from '../harness/report.ts'
import { seedSqlite } from '../harness/seed-sqlite.ts'
import { libraryProgram, listFile } from '../subjects/coatcheck.ts'
import type { MemoryTaken } from '../subjects/memory.ts'

const SESSIONS = [10_000, 100_000, 1_000_000]

/** What a session takes in memory. */
export const memory: Suite = {
  about: 'memory per cached session, up to a million in one process',
  async run(bench) {
    const taken: MemoryTaken[] = []
    for (const count of SESSIONS) taken.push(await measure(bench, count))
    const mebibytes = (bytes: number): string => digits(bytes / 2 ** 20)
    const report: Report = {
      title: 'Sessions in memory, SQLite, each with a user of its own',
      columns: [
        'sessions',
        'heap bytes each',
        'RSS bytes each',
        'RSS MiB',
        'full collection ms',
        'miss CPU µs',
        'hit CPU µs',
      ],
      rows: taken.map((one) => [
        digits(one.sessions),
        digits(one.heapBytesEach),
        digits(one.residentBytesEach),
        mebibytes(one.residentBytes),
        digits(one.fullCollectionMs),
        digits(one.missUs),
        digits(one.hitUs),
      ]),
      notes: ['Miss and hit with the making of a Request for each, and the reading of its token from a file.'],
      data: taken,
    }
    return [report]
  },
}

async function measure(bench: Bench, count: number): Promise<MemoryTaken> {
  const database = await bench.database('sqlite')
  await (await bench.open(database)).close()
  const tokens = seedSqlite(database, bench.key, count)
  const program = libraryProgram(bench, 'memory', database, { TOKENS: listFile(bench, 'memory', tokens) })
  return runOnce<MemoryTaken>({ ...program, flags: ['--expose-gc', '--max-old-space-size=8192'] })
}
