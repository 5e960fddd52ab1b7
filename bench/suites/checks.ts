import type { Bench, DatabaseKind, Suite } from '../harness/bench.ts'
import { answerOf, sameAnswer } from '../harness/answer.ts'
import { compare, type Report } from '../harness/report.ts'
import { type Entry, interleave } from '../harness/rounds.ts'
import { seedSessions } from '../harness/seed.ts'
import type { Subject } from '../harness/subject.ts'
import { writeCookies } from '../harness/wrk.ts'
import { bareFrom } from '../subjects/bare-from.ts'
import { CALLED, cookieFor, libraryFromDist, serveFromDist } from '../subjects/coatcheck.ts'

const IN_ROTATION = 1_000
const NOTES = [
  'Each ratio is against what the bare server did before and after it and its neighbours: median (minimum–maximum).',
  'The bare server answers the same bytes and headers, learnt from Coatcheck’s answer, and checks nothing.',
]

/** `GET /v1/session` over HTTP, one core. */
export const checks: Suite = {
  about: 'checks over HTTP on one core, against a bare node:http server',
  async run(bench) {
    const subjects: Subject[] = []
    const tokens = new Map<Subject, readonly string[]>()
    for (const kind of ['sqlite', 'postgres'] as const) {
      for (const subject of await startOn(bench, kind, tokens)) subjects.push(subject)
    }
    const reports: Report[] = []
    for (const count of [1, IN_ROTATION]) reports.push(await measure(bench, subjects, tokens, count))
    return reports
  },
}

async function startOn(bench: Bench, kind: DatabaseKind, tokens: Map<Subject, readonly string[]>): Promise<Subject[]> {
  const database = await bench.database(kind)
  const store = await bench.open(database)
  const seeded = await seedSessions(store, bench.key, IN_ROTATION)
  const served = await bench.start(serveFromDist(bench, `coatcheck serve, ${CALLED[kind]}`, database))
  const library = await bench.start(libraryFromDist(bench, `library on node-server, ${CALLED[kind]}`, database))
  for (const subject of [served, library]) tokens.set(subject, seeded)
  return [served, library]
}

async function measure(
  bench: Bench,
  subjects: readonly Subject[],
  tokens: ReadonlyMap<Subject, readonly string[]>,
  count: number,
): Promise<Report> {
  const entries = subjects.map((subject): Entry => {
    const cookies = (tokens.get(subject) ?? []).slice(0, count).map((token) => cookieFor(subject.port, token))
    return { subject, cookies: writeCookies(bench.folder, `${subject.port}-${count}`, cookies) }
  })
  const [first] = subjects
  const [token] = first === undefined ? [] : (tokens.get(first) ?? [])
  if (first === undefined || token === undefined) throw new Error('There is nothing to measure.')
  const answer = await answerOf(first.port, cookieFor(first.port, token))
  const bare = await bench.start(bareFrom(answer))
  if (!sameAnswer(answer, await answerOf(bare.port, ''))) throw new Error('The bare server answers something else.')
  const all = [{ subject: bare, cookies: entries[0]?.cookies ?? '' }, ...entries]
  const runs = await interleave(all, bench.pace, true)
  await bare.stop()
  const title = count === 1 ? 'GET /v1/session, one session' : `GET /v1/session, ${count} sessions in rotation`
  return compare(
    title,
    all.map(({ subject }) => subject.name),
    runs,
    NOTES,
  )
}
