import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process that a test file started and left behind. */
export interface Leak {
  readonly pid: number
  readonly command: string
  /** the test file it descends from, as far as its environment tells */
  readonly from: string
}

/** The variable that marks every process that descends from a run of the tests. */
export const MARK = 'COATCHECK_TEST_RUN'
/** The variable that tells from which file. */
export const MARK_FILE = 'COATCHECK_TEST_FILE'

function read(pid: string, what: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8').split('\0')
  } catch {
    return [] // ended meanwhile, or someone else's
  }
}

function markedProcesses(mark: string): Leak[] {
  let pids: string[]
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
  } catch {
    return [] // a system without /proc: leaks go unseen here, and are seen in CI
  }
  return pids.flatMap((pid) => {
    const env = read(pid, 'environ')
    if (!env.includes(`${MARK}=${mark}`)) return []
    const command = read(pid, 'cmdline').join(' ').trim()
    if (command === '') return [] // a zombie
    const from = env.find((line) => line.startsWith(`${MARK_FILE}=`))?.slice(MARK_FILE.length + 1)
    return [{ pid: Number(pid), command: command.slice(0, 200), from: from ?? 'an unknown file' }]
  })
}

/**
 * Finds the processes that a run left behind, and ends them. They get a few seconds to end by themselves.
 *
 * @param mark  the value of `COATCHECK_TEST_RUN` that their environment carries
 */
export async function endLeaks(mark: string, patienceMs: number): Promise<readonly Leak[]> {
  const deadline = performance.now() + patienceMs
  let left = markedProcesses(mark)
  while (left.length > 0 && performance.now() < deadline) {
    await sleep(50)
    left = markedProcesses(mark)
  }
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // it ended just now
    }
  }
  return left
}
