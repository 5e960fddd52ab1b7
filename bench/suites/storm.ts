import type { Suite } from '../harness/bench.ts'
import { atRest } from '../harness/process-usage.ts'
import { digits, type Report, told } from '../harness/report.ts'
import { type SignInSubject, startSignInSubjects } from '../harness/sign-in-subjects.ts'
import { ratios, spread } from '../harness/statistics.ts'
import { load, type LoadResult, post, type PostResult } from '../harness/wrk.ts'

/** Some 200 checks a second. */
const CHECKS = { connections: 4, pauseMs: 20 }

/** Of 64 sign-ins that all wait for one core, the first may be answered after six seconds. */
const SHORTEST_SECONDS = 10

/** One subject's rounds. */
interface StormRuns {
  readonly calm: LoadResult[]
  readonly beside: LoadResult[]
  readonly storm: PostResult[]
}

/** Those who are signed in already, while 64 others sign in as fast as they can. */
export const storm: Suite = {
  about: 'checks beside a storm of sign-ins, on one core',
  async run(bench) {
    const subjects = await startSignInSubjects(bench, 1)
    const all = new Map<SignInSubject, StormRuns>(
      subjects.map((subject) => [subject, { calm: [], beside: [], storm: [] }]),
    )
    const { rounds } = bench.pace
    const seconds = Math.max(SHORTEST_SECONDS, bench.pace.seconds)
    for (let round = -1; round < rounds; round += 1) {
      for (const [{ subject, check, signIn, name }, runs] of all) {
        const url = `http://127.0.0.1:${subject.port}`
        const ask = (): Promise<LoadResult> =>
          load(`${url}${check.path}`, { ...CHECKS, cookies: check.cookies, seconds })
        const calm = await ask()
        const pressing = post(`${url}${signIn.path}`, { bodies: signIn.bodies, salt: `storm-${round}`, seconds })
        const [beside, stormed] = await Promise.all([ask(), pressing])
        await atRest(subject.pid)
        if (calm.errors + beside.errors + stormed.other > 0) throw new Error(`${name}: not all answers were good.`)
        // The first round warms up.
        if (round < 0) continue
        runs.calm.push(calm)
        runs.beside.push(beside)
        runs.storm.push(stormed)
      }
    }
    return [reportOf(all, seconds)]
  },
}

function reportOf(all: ReadonlyMap<SignInSubject, StormRuns>, seconds: number): Report {
  // A run in which no check was answered has no latencies: all of it is how long a check waits at the least.
  const of = (runs: readonly LoadResult[], field: keyof LoadResult): number[] =>
    runs.map((run) => (run.requests === 0 ? seconds * 1_000 : run[field]))
  const rows = [...all].map(([{ name }, { calm, beside, storm: storms }]) => [
    name,
    told(spread(of(calm, 'p50'))),
    told(spread(of(calm, 'p99'))),
    told(spread(of(beside, 'p50'))),
    told(spread(of(beside, 'p99'))),
    told(spread(of(beside, 'max'))),
    told(ratios(of(beside, 'p50'), of(calm, 'p50'))),
    told(spread(storms.map(({ perSecond }) => perSecond))),
    digits(storms.reduce((sum, { busy }) => sum + busy, 0)),
  ])
  return {
    title: 'Some 200 checks a second, while 64 clients sign in as fast as they can, one core',
    columns: [
      'subject',
      'calm p50 ms',
      'calm p99 ms',
      'storm p50 ms',
      'storm p99 ms',
      'storm max ms',
      'p50, times calm',
      'sign-ins/s meanwhile',
      'turned away (503)',
    ],
    rows,
    notes: [
      'Each check waits some 20 ms after the one before it on its connection: the core is not full of checks.',
      `Median (minimum–maximum) of the rounds; each round is calm first, then stormy, ${seconds} s each. ${digits(seconds * 1_000)} ms stands for a round in which not one check was answered.`,
    ],
    data: Object.fromEntries([...all].map(([{ name }, runs]) => [name, runs])),
  }
}
