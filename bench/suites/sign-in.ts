import type { Bench, Suite } from '../harness/bench.ts'
import { atRest, cpuMs } from '../harness/process-usage.ts'
import { digits, type Report, told } from '../harness/report.ts'
import { type PostTarget, SIGN_IN_KINDS, type SignInSubject, startSignInSubjects } from '../harness/sign-in-subjects.ts'
import { ordered, slowRounds } from '../harness/rounds.ts'
import { ratios, spread } from '../harness/statistics.ts'
import { post, type PostResult } from '../harness/wrk.ts'

/** One run, and the time that the server had a core for, in milliseconds a good answer. */
type SignRun = PostResult & { readonly cpuMs: number }

/** How long the warm-up takes, which tells how long a run has to be. */
const WARM_UP_SECONDS = 10
/** Who answers so many a second is seen well enough in a short run. */
const MANY = 25
const SHORT_SECONDS = 12
/** Some servers answer all of 64 clients at about the same time, every seven seconds or more: a few such steps have to fit. */
const LONG_SECONDS = 40

/** How many can come in, a second. */
export const signIn: Suite = {
  about: 'sign-ups and sign-ins a second, on one core and on two',
  async run(bench) {
    const reports: Report[] = []
    for (const cores of [1, 2] as const) {
      const subjects = await startSignInSubjects(bench, cores, SIGN_IN_KINDS)
      for (const what of ['signUp', 'signIn'] as const) reports.push(await race(bench, subjects, what, cores))
      for (const { subject } of subjects) await subject.stop()
    }
    return reports
  },
}

async function race(
  bench: Bench,
  subjects: readonly SignInSubject[],
  what: 'signUp' | 'signIn',
  cores: 1 | 2,
): Promise<Report> {
  const runs = new Map<SignInSubject, SignRun[]>(subjects.map((subject) => [subject, []]))
  const salt = (round: number): string => `${what}-${round}`
  const seconds = new Map<SignInSubject, number>()
  for (const subject of subjects) {
    const { perSecond } = await once(subject, subject[what], salt(0), WARM_UP_SECONDS)
    seconds.set(subject, perSecond < MANY ? LONG_SECONDS : SHORT_SECONDS)
  }
  for (let round = 1; round <= slowRounds(bench.pace); round += 1) {
    for (const subject of ordered(subjects, round)) {
      const run = await once(subject, subject[what], salt(round), seconds.get(subject) ?? LONG_SECONDS)
      runs.get(subject)?.push(run)
    }
  }
  const rates = (of: readonly SignRun[]): number[] => of.map(({ perSecond }) => perSecond)
  const [first = []] = runs.values()
  const rows = [...runs].map(([{ name, hash }, of]) => [
    name,
    told(spread(rates(of))),
    told(ratios(rates(of), rates(first))),
    told(spread(of.map(({ cpuMs: each }) => each))),
    told(spread(of.map(({ p50 }) => p50))),
    told(spread(of.map(({ max }) => max))),
    digits(of.reduce((sum, { busy }) => sum + busy, 0)),
    hash,
  ])
  const title = `${what === 'signUp' ? 'Sign-ups' : 'Sign-ins'} a second, 64 clients, ${cores === 1 ? 'one core' : 'two cores'}`
  return {
    title,
    columns: ['subject', 'good answers/s', 'ratio', 'CPU ms each', 'p50 ms', 'max ms', 'turned away (503)', 'hash'],
    rows,
    notes: [
      'Each ratio is against the first row of the same round. What the hash costs is chosen, not achieved: compare rates only of the same hash.',
      `${slowRounds(bench.pace)} rounds of ${SHORT_SECONDS} s, or of ${LONG_SECONDS} s for who answers fewer than ${MANY} a second. A rate is told until the last good answer.`,
      'At a time as many are hashed as the last column says; a larger thread pool of libuv (UV_THREADPOOL_SIZE), which is what bounds the peers, was not measured.',
      cores === 1
        ? 'The server has one core; the load generator and the database have the other.'
        : 'The server may use both cores, and shares them with the load generator and the database.',
      'Each client has a network address of its own, or Coatcheck would turn most of them away: places in the queue are few for one network.',
    ],
    data: Object.fromEntries([...runs].map(([{ name }, of]) => [name, of])),
  }
}

async function once(
  { name, subject }: SignInSubject,
  target: PostTarget,
  salt: string,
  seconds: number,
): Promise<SignRun> {
  const before = cpuMs(subject.pid)
  const result = await post(`http://127.0.0.1:${subject.port}${target.path}`, { bodies: target.bodies, salt, seconds })
  // Without what it took after its last good answer, in part for those that wrk hung up on.
  const took = (cpuMs(subject.pid) - before) * (result.answeredSeconds / result.seconds)
  // What wrk hung up on is still being hashed: neither the next one nor this one's next run may find it.
  await atRest(subject.pid)
  if (result.other > 0) throw new Error(`${name}: ${result.other} answers of ${target.path} were not good.`)
  return { ...result, cpuMs: took / result.ok }
}
