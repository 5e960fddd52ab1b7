import { setTimeout as wait } from 'node:timers/promises'
import { runCampaign, type Plan } from './campaign.ts'
import type { Cluster } from './cluster.ts'
import { judge, type Verdict } from './judge.ts'
import { mergeVerdicts } from './report.ts'

/** What goes wrong while sessions are revoked and checked. */
export interface Scenario {
  readonly name: string
  /** How the campaign differs from the usual one. */
  readonly plan?: Partial<Plan>
  /** Breaks things and mends them, again and again until `over`; leaves all of it mended. */
  readonly inject?: (world: World) => Promise<void>
  /** How many times the usual number of revocations shows enough, where each is seldom looked at; once by default. */
  readonly times?: number
  /** Nodes that are not expected to come back by themselves. */
  readonly lost?: readonly string[]
}

/** What a fault may touch. */
export interface World {
  readonly cluster: Cluster
  readonly leaseMs: number
  readonly over: AbortSignal
}

/** How long a scenario goes on. */
export interface Size {
  readonly leaseMs: number
  readonly revocations: number
  /** Ends after the first campaign with a violation. */
  readonly stopAtViolation?: boolean
  /** Sessions of one campaign: the history of one is kept in memory and judged at its end. 500 by default. */
  readonly batch?: number
  readonly deadlineMs?: number
  /** Goes on so long, though enough was acknowledged: until the faults have come round. */
  readonly leastMs?: number
}

/** Revocations of one more campaign, where the time is not over yet. */
const MORE = 10

const USUAL: Omit<Plan, 'leaseMs' | 'revocations' | 'deadlineMs' | 'patienceMs'> = {
  atOnce: 8,
  pollers: 2,
  gapMs: 4,
  coldShare: 0.5,
  coldMs: 20,
  warmMs: 10,
}

/** Runs campaigns under a fault until enough was acknowledged, and judges them. Bounded by `deadlineMs` and by count. */
export async function runScenario(cluster: Cluster, scenario: Scenario, size: Size): Promise<Verdict> {
  const { leaseMs, revocations, batch = 500, deadlineMs = 120_000, leastMs = 0 } = size
  const over = new AbortController()
  const begun = performance.now()
  const deadline = begun + deadlineMs
  const enough = (acknowledged: number): boolean => acknowledged >= revocations && performance.now() - begun >= leastMs
  const fault = scenario.inject?.({ cluster, leaseMs, over: over.signal })
  const verdicts: Verdict[] = []
  try {
    for (let done = 0; !enough(done) && performance.now() < deadline;) {
      const plan: Plan = {
        ...USUAL,
        leaseMs,
        patienceMs: 0.3 * leaseMs,
        revocations: Math.min(batch, Math.max(MORE, revocations - done)),
        deadlineMs: deadline - performance.now(),
        ...scenario.plan,
      }
      const verdict = judge(await runCampaign(cluster.subject, plan), leaseMs)
      verdicts.push(verdict)
      done += verdict.acknowledged
      if (size.stopAtViolation === true && verdict.violations.length > 0) break
    }
  } finally {
    over.abort()
    await fault
  }
  return mergeVerdicts(verdicts)
}

const RECOVERY_MS = 20_000

/**
 * Once all is mended, a session that nobody revoked is good at every node, by itself and soon.
 *
 * @returns how long the slowest node took, in milliseconds
 * @throws Error naming the node that called it signed out, or did not come back in 20 s
 */
export async function requireRecovery({ subject }: Cluster, lost: readonly string[] = []): Promise<number> {
  const begun = performance.now()
  const { target } = await subject.newVictim()
  const at = async (node: string): Promise<void> => {
    for (;;) {
      const { answer } = await subject.check(node, target)
      if (answer === 'valid') return
      if (answer !== 'unavailable') throw new Error(`node ${node} answered ${answer} to a live session`)
      if (performance.now() - begun > RECOVERY_MS) throw new Error(`node ${node} did not come back`)
      await wait(20)
    }
  }
  await Promise.all(subject.nodes.filter((node) => !lost.includes(node)).map(at))
  return performance.now() - begun
}
