import type { Bench, Suite } from '../harness/bench.ts'
import { atRest, cpuMs } from '../harness/process-usage.ts'
import { digits, type Report, told } from '../harness/report.ts'
import { type PostTarget, type SignInSubject, startSignInSubjects } from '../harness/sign-in-subjects.ts'
import { ratios, spread } from '../harness/statistics.ts'
import { post, type PostResult } from '../harness/wrk.ts'

/** One run, and the time that the server had a core for, in milliseconds a good answer. */
type SignRun = PostResult & { readonly cpuMs: number }

/** How many can come in, a second. */
export const signIn: Suite = {
  about: 'sign-ups and sign-ins a second, on one core and on two',
  async run(bench) {
    const reports: Report[] = []
    for (const cores of [1, 2] as const) {
      const subjects = await startSignInSubjects(bench, cores)
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
  for (let round = -1; round < bench.pace.rounds; round += 1) {
    for (const [subject, of] of runs) {
      // Twice as long as a run of checks: those with no bound on what is under way answer many at a time, and late.
      const run = await once(subject, subject[what], `${what}-${round + 1}`, 2 * bench.pace.seconds)
      // The first round warms up.
      if (round >= 0) of.push(run)
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
  const took = cpuMs(subject.pid) - before
  // What wrk hung up on is still being hashed: neither the next one nor this one's next run may find it.
  await atRest(subject.pid)
  if (result.other > 0) throw new Error(`${name}: ${result.other} answers of ${target.path} were not good.`)
  return { ...result, cpuMs: took / result.ok }
}
