import { readFileSync } from 'node:fs'
import { whoIs } from './peer-cookies.ts'
import { cpuMs } from './process-usage.ts'
import type { Subject } from './subject.ts'
import { load, type LoadResult } from './wrk.ts'

/** One run against one subject. */
export interface Run extends LoadResult {
  /** What the subject's process took of its core, in microseconds a request. Less shaken by what else runs than rates are. */
  readonly cpuUs: number
  /** How much of its core the subject had. */
  readonly share: number
  /** What the first entry did before and after this run and its two neighbours, on average: what it is compared to. */
  readonly reference?: Rates
}

/** What is compared. */
export type Rates = Pick<Run, 'requestsPerSecond' | 'cpuUs'>

/** How long and how often. */
export interface Pace {
  readonly rounds: number
  readonly seconds: number
  readonly warmUpSeconds: number
  /**
   * Before each run, runs of so long that are not counted, until one of them has made so many requests, or asking again makes
   * no difference: all that is asked for is in memory again then, where it can be. None, unless said.
   */
  readonly prelude?: { readonly seconds: number; readonly requests: number }
}

/** Rounds of what takes ten times as long: half as many, and three at the least where there are so many. */
export function slowRounds({ rounds }: Pace): number {
  return Math.min(rounds, Math.max(3, Math.ceil(rounds / 2)))
}

/** A subject that is asked as fast as it answers has its whole core; with less, something else ran there, or beside. */
const WHOLE_CORE = 0.95
const ATTEMPTS = 4
/** So much faster, at the least, is a run over what was asked for just before, where it is remembered. */
const REMEMBERED = 1.2
/** After so many others the first entry is run again: what shakes a machine changes within seconds. */
const REFERENCE_EVERY = 3

/** A subject, and the file of cookies that it is asked with. */
export interface Entry {
  readonly subject: Subject
  readonly cookies: string
  /** What is asked, where it is not `/v1/session`. */
  readonly path?: string | undefined
  /** Whether each run begins anywhere in the file. */
  readonly isBegunAnywhere?: boolean
}

/**
 * Runs the same load against each subject in turn, again and again. The first is the reference, and has a turn after every
 * third; the others are each time in another order (`ordered`): neighbours in time share what shakes them, so that their ratios tell more than their rates.
 *
 * @param onlyWhole for subjects that wait for nothing: a round in which one of them had less than its whole core is run
 *   again, up to four times as many in all; what is then still missing is taken from those that were left out
 * @returns the runs of each entry, in the order of the entries
 * @throws Error when an answer was missing or not good: then the numbers mean something else
 */
export async function interleave(
  entries: readonly Entry[],
  pace: Pace,
  onlyWhole = false,
): Promise<readonly (readonly Run[])[]> {
  await requireSomebody(entries)
  for (const entry of entries) await run(entry, pace.warmUpSeconds)
  const good: (readonly Run[])[] = []
  const disturbed: (readonly Run[])[] = []
  while (good.length < pace.rounds && good.length + disturbed.length < pace.rounds * (onlyWhole ? ATTEMPTS : 1)) {
    const round = await runRound(entries, pace, good.length + disturbed.length)
    const whole = round.every(({ share }) => share >= WHOLE_CORE)
    ;(whole || !onlyWhole ? good : disturbed).push(round)
    process.stderr.write(`round ${good.length} of ${pace.rounds}, ${disturbed.length} disturbed\r`)
  }
  await requireSomebody(entries)
  const rounds = [...good, ...disturbed].slice(0, pace.rounds)
  return entries.map((_entry, index) => rounds.map((round) => requireRun(round[index])))
}

/**
 * That the first cookie of each is somebody's, before and after: who knows nobody answers 200 too, and faster.
 *
 * @throws Error a sentence
 */
async function requireSomebody(entries: readonly Entry[]): Promise<void> {
  for (const { subject, cookies, path } of entries) {
    const [first = ''] = readFileSync(cookies, 'utf8').split('\n', 1)
    if (first !== '' && (await whoIs(subject, first, path)) === null)
      throw new Error(`${subject.name} does not know a session that it is asked for.`)
  }
}

/** One turn of each, with what the first one did before and after it. @returns in the order of the entries */
async function runRound([first, ...others]: readonly Entry[], pace: Pace, turn: number): Promise<readonly Run[]> {
  if (first === undefined) return []
  const once = async (entry: Entry): Promise<Run> => {
    if (pace.prelude !== undefined) await remind(entry, pace.prelude)
    return run(entry, pace.seconds)
  }
  const start = await once(first)
  const { requestsPerSecond, cpuUs } = start
  const runs = new Map<Entry, Run>([[first, { ...start, reference: { requestsPerSecond, cpuUs } }]])
  const queue = ordered(others, turn)
  let before = start
  for (let index = 0; index < queue.length; index += REFERENCE_EVERY) {
    const group: (readonly [Entry, Run])[] = []
    for (const entry of queue.slice(index, index + REFERENCE_EVERY)) group.push([entry, await once(entry)])
    const after = await once(first)
    const reference = {
      requestsPerSecond: (before.requestsPerSecond + after.requestsPerSecond) / 2,
      cpuUs: (before.cpuUs + after.cpuUs) / 2,
    }
    for (const [entry, each] of group) runs.set(entry, { ...each, reference })
    before = after
  }
  return [first, ...others].map((entry) => requireRun(runs.get(entry)))
}

async function remind(entry: Entry, { seconds, requests }: NonNullable<Pace['prelude']>): Promise<void> {
  let before = 0
  for (;;) {
    const { requests: asked } = await run(entry, seconds)
    // Each begins with the first cookie again, and comes further than the one before if that one is remembered.
    if (asked >= requests || asked < before * REMEMBERED) return
    before = asked
  }
}

/**
 * A ring that is gone round the other way at every second turn, and then begun elsewhere: nobody is always the first, nor
 * always after the same one. By the golden section of the ring, which soon leads everywhere.
 */
export function ordered<Item>(items: readonly Item[], turn: number): readonly Item[] {
  const start = items.length === 0 ? 0 : (Math.floor(turn / 2) * Math.ceil(items.length * 0.382)) % items.length
  const ring = [...items.slice(start), ...items.slice(0, start)]
  return turn % 2 === 0 ? ring : ring.toReversed()
}

/** Each run against its reference; where none was noted, against the first subject's run of the same round. */
export function againstReference(
  runs: readonly Run[],
  first: readonly Run[],
  field: keyof Rates,
): { readonly values: readonly number[]; readonly references: readonly number[] } {
  const references = runs.map(({ reference }, round) => (reference ?? first[round])?.[field] ?? NaN)
  return { values: runs.map((each) => each[field]), references }
}

function requireRun(found: Run | undefined): Run {
  if (found === undefined) throw new Error('a round without a run of each subject')
  return found
}

async function run(
  { subject, cookies, path = '/v1/session', isBegunAnywhere = false }: Entry,
  seconds: number,
): Promise<Run> {
  const before = cpuMs(subject.pid)
  const start = performance.now()
  const result = await load(`http://127.0.0.1:${subject.port}${path}`, { cookies, seconds, isBegunAnywhere })
  const took = cpuMs(subject.pid) - before
  if (result.errors > 0)
    throw new Error(`${subject.name}: ${result.errors} of ${result.requests} answers were not good.`)
  const share = took / (performance.now() - start)
  return { ...result, cpuUs: (took * 1_000) / result.requests, share }
}
