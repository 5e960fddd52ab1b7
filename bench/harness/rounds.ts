import { cpuMs } from './process-usage.ts'
import type { Subject } from './subject.ts'
import { load, type LoadResult } from './wrk.ts'

/** One run against one subject. */
export interface Run extends LoadResult {
  /** What the subject's process took of its core, in microseconds a request. Less shaken by what else runs than rates are. */
  readonly cpuUs: number
}

/** How long and how often. */
export interface Pace {
  readonly rounds: number
  readonly seconds: number
  readonly warmUpSeconds: number
}

/** A subject, and the file of cookies that it is asked with. */
export interface Entry {
  readonly subject: Subject
  readonly cookies: string
}

/**
 * Runs the same load against each subject in turn, again and again: A B C A B C. Neighbours in time share what shakes them,
 * so that their ratios tell more than their rates.
 *
 * @returns the runs of each entry, in the order of the entries
 * @throws Error when an answer was missing or not good: then the numbers mean something else
 */
export async function interleave(entries: readonly Entry[], pace: Pace): Promise<readonly (readonly Run[])[]> {
  for (const entry of entries) await run(entry, pace.warmUpSeconds)
  const runs: Run[][] = entries.map(() => [])
  for (let round = 0; round < pace.rounds; round += 1) {
    for (const [index, entry] of entries.entries()) runs[index]?.push(await run(entry, pace.seconds))
    process.stderr.write(`round ${round + 1} of ${pace.rounds}\r`)
  }
  return runs
}

async function run({ subject, cookies }: Entry, seconds: number): Promise<Run> {
  const before = cpuMs(subject.pid)
  const result = await load(`http://127.0.0.1:${subject.port}/v1/session`, { cookies, seconds })
  const took = cpuMs(subject.pid) - before
  if (result.errors > 0)
    throw new Error(`${subject.name}: ${result.errors} of ${result.requests} answers were not good.`)
  return { ...result, cpuUs: (took * 1_000) / result.requests }
}
