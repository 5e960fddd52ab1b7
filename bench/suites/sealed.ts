import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { answerOf, sameAnswer } from '../harness/answer.ts'
import type { Bench, Suite } from '../harness/bench.ts'
import { coatcheckCookies, withSettings } from '../harness/entrants.ts'
import { residentBytes } from '../harness/process-usage.ts'
import { compare, MIB, type Report } from '../harness/report.ts'
import { type Entry, interleave } from '../harness/rounds.ts'
import { seedSealed } from '../harness/seed-sealed.ts'
import { seedSessions } from '../harness/seed.ts'
import type { Subject, SubjectProgram } from '../harness/subject.ts'
import { writeCookies } from '../harness/wrk.ts'
import { bareFrom } from '../subjects/bare-from.ts'
import { cookieFor, serveFromDist } from '../subjects/coatcheck.ts'

const IN_ROTATION = 1_000
const REVOCATIONS = 1_000_000
const SEALED = { sealed: true } as const

/** `GET /v1/session` with a sealed session, and what a million revocations take. */
export const sealed: Suite = {
  about: 'checks of sealed sessions, without and with a million revocations, against stored ones and a bare server',
  async run(bench) {
    const [plain, crowded, rows] = [
      await bench.database('sqlite'),
      await bench.database('sqlite'),
      await bench.database('sqlite'),
    ]
    const store = await bench.open(rows)
    const tokens = await seedSessions(store, bench.key, IN_ROTATION)
    const sealedIn = async (database: string): Promise<readonly string[]> =>
      seedSealed(await bench.open(database), IN_ROTATION)
    const [contents, crowdedContents] = [await sealedIn(plain), await sealedIn(crowded)]
    const grownBytes = revokeMillion(crowded)
    const stored = await bench.start(serveFromDist(bench, 'stored', rows))
    const few = await bench.start(sealedServer(bench, 'sealed', plain))
    const many = await bench.start(sealedServer(bench, 'sealed, a million revocations', crowded))
    const cookies = new Map<Subject, readonly string[]>([
      [stored, tokens.map((token) => cookieFor(stored.port, token))],
      [few, coatcheckCookies(bench, SEALED, few.port, contents)],
      [many, coatcheckCookies(bench, SEALED, many.port, crowdedContents)],
    ])
    return [
      await measure(
        bench,
        cookies,
        `A million revocations are ${(grownBytes / MIB).toFixed(0)} MiB of the SQLite file.`,
      ),
    ]
  },
}

function sealedServer(bench: Bench, name: string, database: string): SubjectProgram {
  return withSettings(serveFromDist(bench, name, database), { COATCHECK_SESSIONS: 'sealed' })
}

/** @returns by how much the file grew, in bytes */
function revokeMillion(file: string): number {
  const database = new DatabaseSync(file)
  const size = (): number => {
    database.exec('pragma wal_checkpoint(truncate)')
    return statSync(file).size
  }
  const before = size()
  database.exec(`begin;
create temporary table kept as select max(seq) as seq from changes;
with recursive i (n) as (select 1 union all select n + 1 from i where n < ${REVOCATIONS})
insert into sealed_revocations (session_id, expires_at) select hex(randomblob(11)), ${Date.now() + 86_400_000} + n from i;
delete from changes where seq > coalesce((select seq from kept), 0);
commit`)
  database.exec('vacuum')
  const grown = size() - before
  database.close()
  return grown
}

async function measure(bench: Bench, cookies: ReadonlyMap<Subject, readonly string[]>, note: string): Promise<Report> {
  const entries = [...cookies].map(([subject, lines]): Entry => ({
    subject,
    cookies: writeCookies(bench.folder, `${subject.port}`, lines),
  }))
  const [first] = cookies
  if (first === undefined) throw new Error('There is nothing to measure.')
  const answer = await answerOf(first[0].port, first[1][0] ?? '')
  const bare = await bench.start(bareFrom(answer))
  if (!sameAnswer(answer, await answerOf(bare.port, ''))) throw new Error('The bare server answers something else.')
  const all = [{ subject: bare, cookies: entries[0]?.cookies ?? '' }, ...entries]
  const runs = await interleave(all, bench.pace, true)
  const memory = all.map(({ subject }) => `${subject.name} ${(residentBytes(subject.pid) / MIB).toFixed(0)}`)
  await bare.stop()
  return compare(
    `GET /v1/session, ${IN_ROTATION} sessions in rotation`,
    all.map(({ subject }) => subject.name),
    runs,
    [
      'Each ratio is against what the bare server did before and after it and its neighbours.',
      note,
      `Memory of the process, MiB: ${memory.join('; ')}.`,
    ],
  )
}
