import { spawnSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'

/** What the numbers were measured on. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly kernel: string
  readonly node: string
  readonly wrk: string
  /** Its hash and first line; and whether what is measured differs from it. */
  readonly commit: string
  readonly at: string
  /** Of the minute before: what else ran. Above 0.2, distrust what is not a ratio. */
  readonly loadBefore: number
}

/** Describes this machine, now. */
export function describeMachine(root: string): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    wrk: /wrk \S+/.exec(output('wrk', ['-v']))?.[0] ?? 'unknown',
    commit: commitOf(root),
    at: new Date().toISOString(),
    loadBefore: loadavg()[0] ?? NaN,
  }
}

function commitOf(root: string): string {
  const commit = output('git', ['-C', root, 'log', '-1', '--format=%h %s']).trim()
  const measured = ['packages', 'bench', 'tools', 'package-lock.json']
  const changed = output('git', ['-C', root, 'status', '--porcelain', '--', ...measured]).trim() !== ''
  return changed ? `${commit} (and changes that are not committed)` : commit
}

function output(program: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  return `${stdout ?? ''}${stderr ?? ''}`
}
