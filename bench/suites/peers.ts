import { answerOf, sameAnswer } from '../harness/answer.ts'
import type { Bench, Suite } from '../harness/bench.ts'
import { type Entrant, startEntrants } from '../harness/entrants.ts'
import { prove, proveRevocation } from '../harness/prove.ts'
import { compare, type Report } from '../harness/report.ts'
import { type Entry, interleave } from '../harness/rounds.ts'
import { writeCookies } from '../harness/wrk.ts'
import { bareFrom } from '../subjects/bare-from.ts'

const IN_ROTATION = 10_000
/** By so many bytes bodies may differ: "true" and "false" do by one. */
const ALIKE_BYTES = 2
/** Coatcheck reads again after a minute what it remembers, and with so many in the race a round takes longer. */
const PRELUDE_SECONDS = 3

/** `GET /v1/session` over HTTP: Coatcheck and others, the same answer for the same session. */
export const peers: Suite = {
  about: 'checks over HTTP on one core: Coatcheck beside other session systems',
  async run(bench) {
    return [await raceOfAll(bench, 1)]
  },
}

/** The same with so many sessions in turn that each is asked for seldom. */
export const peersInRotation: Suite = {
  about: 'the same with 10,000 sessions in rotation',
  async run(bench) {
    return [await raceOfAll(bench, IN_ROTATION)]
  },
}

async function raceOfAll(bench: Bench, count: number): Promise<Report> {
  const entrants = await startEntrants(bench, Math.max(2, count))
  const report = await raceOf(bench, entrants, count)
  for (const entrant of entrants) await proveRevocation(entrant)
  return report
}

/** Races them against a bare server that gives their answer, and one that gives Coatcheck's with all of its headers. */
export async function raceOf(bench: Bench, entrants: readonly Entrant[], count: number): Promise<Report> {
  for (const entrant of entrants) await prove(entrant)
  const sizes = await bodySizes(entrants)
  const bares = await startBares(bench, entrants)
  const all = [...bares, ...entrants]
  const entries = all.map(({ id, subject, cookies, path }): Entry => ({
    subject,
    path,
    cookies: writeCookies(bench.folder, `${id}-${count}`, cookies.slice(0, count)),
  }))
  const pace = count === 1 ? bench.pace : { ...bench.pace, prelude: { seconds: PRELUDE_SECONDS, requests: count } }
  const runs = await interleave(entries, pace)
  for (const { subject } of bares) await subject.stop()
  const names = all.map(({ name }) => name)
  const title = count === 1 ? 'One session' : `${count.toLocaleString('en')} sessions in rotation`
  const report = compare(title, names, runs, [
    'Each ratio is against what the bare server did before and after it and its neighbours: median (minimum–maximum).',
    ...(count === 1
      ? []
      : [
          `Before each run the same load runs for ${PRELUDE_SECONDS} s that are not counted, again and again until it has been through all sessions or is no faster than before: they are in memory then, where they can be.`,
        ]),
    'Coatcheck reads a session once for all who ask for it at a time, without memory too: with one session that is a read for dozens of requests.',
    'What waits for a database does not fill its core with this load: CPU µs a request says what it takes of it.',
    'Coatcheck’s own route keeps its finished answer with a session that is in memory, and sealed cookies that were opened are remembered; the peers write their JSON and open their cookies each time. auth.check in Hono, Fastify and Express writes JSON each time too.',
    `All answer ${sizes}: its IDs are longer, and its own handler, whose path is its own, answers in its own form. Its rate limit, its check of Origin and its CSRF check are off.`,
    'express-session’s memory store writes each session back at each request, and has no setting against that; the stores of databases have one, which is set.',
  ])
  // By what does not change when a subject is called otherwise.
  const data = Object.fromEntries(all.map(({ id, name }, index) => [id, { name, runs: runs[index] ?? [] }]))
  return { ...report, data }
}

/**
 * How many bytes they answer, in words.
 *
 * @throws Error when one answers more or less than the others that need not
 */
async function bodySizes(entrants: readonly Entrant[]): Promise<string> {
  const sizes = new Set<number>()
  const own = new Set<number>()
  for (const { subject, cookies, path, peer } of entrants) {
    const { body } = await answerOf(subject.port, cookies[0] ?? '', path)
    ;(peer?.file === 'better-auth.ts' ? own : sizes).add(Buffer.byteLength(body))
  }
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)]
  if (most - least > ALIKE_BYTES)
    throw new Error(`Not all answer bodies of one size, but of ${least} to ${most} bytes.`)
  const all = least === most ? String(most) : `${least} to ${most}`
  return `a body of ${all} bytes but better-auth${own.size > 0 ? ` (${[...own].join(', ')})` : ''}`
}

/** The same body for all; with the headers that peers leave it with, and with those that Coatcheck's own route sends. */
async function startBares(bench: Bench, entrants: readonly Entrant[]): Promise<readonly Entrant[]> {
  const model = entrants.find(({ id }) => id.startsWith('coatcheck-'))
  if (model === undefined) throw new Error('Coatcheck is not in the race.')
  const full = await answerOf(model.subject.port, model.cookies[0] ?? '')
  const length = String(Buffer.byteLength(full.body))
  const plain = { ...full, headers: ['content-type', 'application/json', 'content-length', length] }
  const bares: Entrant[] = []
  for (const [id, name, answer] of [
    ['bare', 'bare node:http', plain],
    ['bare-coatcheck-headers', 'bare node:http, with Coatcheck’s headers', full],
  ] as const) {
    const subject = await bench.start({ ...bareFrom(answer), name })
    if (!sameAnswer(answer, await answerOf(subject.port, ''))) throw new Error(`${name} answers something else.`)
    bares.push({ id, name, subject, cookies: [''] })
  }
  return bares
}
