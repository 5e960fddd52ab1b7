import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** The core of what is measured: one subject at a time, nothing else. */
export const SUBJECT_CORE = 0
/** The core of all the rest: this program, the load generator, the databases. */
export const LOAD_CORE = 1

/**
 * Moves this process, and whatever it starts from now on, to the core of the load.
 *
 * @throws Error on a machine without taskset or with one core: what would be measured is who gets the core
 */
export function pinThisProcess(): void {
  if (availableParallelism() < 2)
    throw new Error('The benchmark needs two cores: one for the subject, one for the load.')
  const { status, error } = spawnSync('taskset', ['-acp', String(LOAD_CORE), String(process.pid)])
  if (status !== 0) throw new Error('The benchmark needs taskset (on Debian: util-linux).', { cause: error })
}

/** A command that runs on the subject's core alone, or on both. */
export function pinned(
  program: string,
  args: readonly string[],
  cores: 1 | 2 = 1,
): readonly [string, readonly string[]] {
  const allowed = cores === 1 ? String(SUBJECT_CORE) : `${SUBJECT_CORE},${LOAD_CORE}`
  // Whatever becomes of this process, it does not stay behind.
  return ['taskset', ['-c', allowed, 'setpriv', '--pdeathsig', 'SIGTERM', program, ...args]]
}
