import type { Suite } from '../harness/bench.ts'
import { startEntrants } from '../harness/entrants.ts'
import type { Pace } from '../harness/rounds.ts'
import { raceOf } from './peers.ts'

/** Each way that Coatcheck answers from memory, and one peer of each kind. */
const SUBJECTS = [
  'coatcheck-sqlite',
  'coatcheck-postgres',
  'coatcheck-sealed',
  'coatcheck-in-hono',
  'express-session-postgres',
  'jwt-hs256',
]

/** Some two minutes. Always this pace, so that two runs can be compared; less only where less is asked for. */
const PACE: Pace = { rounds: 5, seconds: 2, warmUpSeconds: 1 }

/** A fixed choice of subjects with one session each, to be compared with the last committed run of the same. */
export const quick: Suite = {
  about: 'a few subjects, one session, two minutes: what --quick compares',
  async run(bench) {
    const pace = {
      rounds: Math.min(PACE.rounds, bench.pace.rounds),
      seconds: Math.min(PACE.seconds, bench.pace.seconds),
      warmUpSeconds: PACE.warmUpSeconds,
    }
    const report = await raceOf({ ...bench, pace }, await startEntrants(bench, 1, SUBJECTS), 1)
    const notes = [...report.notes, `${pace.rounds} rounds of ${pace.seconds} s; none is run again.`]
    return [{ ...report, title: 'One session, in short', notes }]
  },
}
