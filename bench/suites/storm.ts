import type { Suite } from '../harness/bench.ts'
import { atRest } from '../harness/process-usage.ts'
import { digits, type Report, told } from '../harness/report.ts'
import { type SignInSubject, startSignInSubjects, STORM_KINDS } from '../harness/sign-in-subjects.ts'
import { ordered, slowRounds } from '../harness/rounds.ts'
import { ratios, spread } from '../harness/statistics.ts'
import { load, type LoadResult, post, type PostResult } from '../harness/wrk.ts'

/** Some 200 checks a second. */
const CHECKS = { connections: 4, pauseMs: 20 }

/** Of 64 sign-ins that all wait for one core, most may be answered after eight seconds. */
const SECONDS = 20
const CALM_SECONDS = 5
/** With fewer answers in a round, their 99th percentile is their maximum. */
const FEW = 100

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
    const subjects = await startSignInSubjects(bench, 1, STORM_KINDS)
    const all = new Map<SignInSubject, StormRuns>(
      subjects.map((subject) => [subject, { calm: [], beside: [], storm: [] }]),
    )
    for (let round = 0; round <= slowRounds(bench.pace); round += 1) {
      // The first warms up.
      const [calmSeconds, seconds] = round === 0 ? [1, bench.pace.warmUpSeconds] : [CALM_SECONDS, SECONDS]
      for (const signingIn of ordered(subjects, round)) {
        const { subject, check, signIn, name } = signingIn
        const url = `http://127.0.0.1:${subject.port}`
        const ask = (forSeconds: number): Promise<LoadResult> =>
          load(`${url}${check.path}`, { ...CHECKS, cookies: check.cookies, seconds: forSeconds })
        const calm = await ask(calmSeconds)
        const pressing = post(`${url}${signIn.path}`, { bodies: signIn.bodies, salt: `storm-${round}`, seconds })
        const [beside, stormed] = await Promise.all([ask(seconds), pressing])
        await atRest(subject.pid)
        if (calm.errors + beside.errors + stormed.other > 0) throw new Error(`${name}: not all answers were good.`)
        if (round === 0) continue
        const runs = all.get(signingIn)
        runs?.calm.push(calm)
        runs?.beside.push(beside)
        runs?.storm.push(stormed)
      }
    }
    return [reportOf(all, slowRounds(bench.pace))]
  },
}

function reportOf(all: ReadonlyMap<SignInSubject, StormRuns>, rounds: number): Report {
  // A run in which no check was answered has no latencies: all of it is how long a check waits at the least.
  const of = (runs: readonly LoadResult[], field: keyof LoadResult): number[] =>
    runs.map((run) => (run.requests === 0 ? SECONDS * 1_000 : run[field]))
  const p99 = (runs: readonly LoadResult[]): string =>
    runs.some(({ requests }) => requests < FEW) ? '—' : told(spread(of(runs, 'p99')))
  const rows = [...all].map(([{ name }, { calm, beside, storm: storms }]) => [
    name,
    told(spread(of(calm, 'p50'))),
    p99(calm),
    told(spread(of(beside, 'p50'))),
    p99(beside),
    told(spread(of(beside, 'max'))),
    told(spread(beside.map(({ requestsPerSecond }) => requestsPerSecond))),
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
      'checks/s meanwhile',
      'p50, times calm',
      'sign-ins/s meanwhile',
      'turned away (503)',
    ],
    rows,
    notes: [
      'Each check waits some 20 ms after the one before it on its connection: the core is not full of checks.',
      `Median (minimum–maximum) of the rounds; ${rounds} rounds, each calm first, for ${CALM_SECONDS} s, then stormy, for ${SECONDS} s. ${digits(SECONDS * 1_000)} ms stands for a round in which not one check was answered.`,
      'Checks that were not answered when a round ended are in no percentile: read the checks a second and the maximum first.',
      `No 99th percentile where a round had fewer than ${FEW} answers. Sign-ins a second are told until the last good answer.`,
    ],
    data: Object.fromEntries([...all].map(([{ name }, runs]) => [name, runs])),
  }
}
