import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Linux counts in hundredths of a second, whatever its kernel's own tick. */
const TICK_MS = 10
const LOOK_MS = 200
/** Of so long, less than this for a core: then it is at rest. */
const AT_REST_MS = 20
const PATIENCE_MS = 30_000

/** The time that a process and its children have had a core for, all their threads together, in milliseconds. */
export function cpuMs(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, each) => sum + cpuMsOf(each), 0)
}

/** The memory that a process and its children have of their own now, in bytes. */
export function residentBytes(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, each) => {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${each}/status`, 'utf8'))
    return sum + Number(line?.[1] ?? NaN) * 1_024
  }, 0)
}

/**
 * Waits until a server has nothing more to do: whoever hung up may have left it work. Else the next one would be measured
 * beside it.
 */
export async function atRest(pid: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  let before = cpuMs(pid)
  while (performance.now() < deadline) {
    await sleep(LOOK_MS)
    const now = cpuMs(pid)
    if (now - before < AT_REST_MS) return
    before = now
  }
  throw new Error('A server that nobody asks is still at work after half a minute.')
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}

function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}
