import { answerOf } from '../harness/answer.ts'
import type { Suite } from '../harness/bench.ts'
import { compare } from '../harness/report.ts'
import { type Entry, interleave } from '../harness/rounds.ts'
import { seedSessions } from '../harness/seed.ts'
import { writeCookies } from '../harness/wrk.ts'
import { bareFrom } from '../subjects/bare-from.ts'
import { cookieFor, serveFromDist } from '../subjects/coatcheck.ts'

const IN_ROTATION = 1_000

/** What a second process brings, on two cores that the load generator shares. */
export const workers: Suite = {
  about: 'checks over HTTP by one worker and by two, on two cores',
  async run(bench) {
    const database = await bench.database('postgres')
    const tokens = await seedSessions(await bench.open(database), bench.key, IN_ROTATION)
    const entries: Entry[] = []
    for (const count of [1, 2]) {
      const { program, ...rest } = serveFromDist(bench, `coatcheck serve --workers ${count}`, database)
      const subject = await bench.start({ ...rest, program: [...program, '--workers', String(count)], cores: 2 })
      const cookies = tokens.map((token) => cookieFor(subject.port, token))
      entries.push({ subject, cookies: writeCookies(bench.folder, `workers-${count}`, cookies) })
    }
    const [first] = entries
    if (first === undefined) throw new Error('There is nothing to measure.')
    const answer = await answerOf(first.subject.port, cookieFor(first.subject.port, tokens[0] ?? ''))
    const bare = await bench.start({ ...bareFrom(answer), name: 'bare node:http, one process', cores: 2 })
    const all = [{ subject: bare, cookies: first.cookies }, ...entries]
    const names = all.map(({ subject }) => subject.name)
    const runs = await interleave(all, bench.pace)
    return [
      compare(`GET /v1/session, ${IN_ROTATION.toLocaleString('en')} sessions in rotation, two cores`, names, runs, [
        'Each ratio is against what the bare server did before and after, one process that gives the same answer and looks at nothing.',
        'The load generator and the database use the same two cores, so two workers cannot be twice as fast here. A share above 1 is more than one core.',
      ]),
    ]
  },
}
