import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Cluster } from './cluster.ts'
import type { Verdict } from './judge.ts'
import { describeVerdict } from './report.ts'
import { requireRecovery, runScenario, type Scenario } from './scenario.ts'

const TORTURE = process.env['COATCHECK_TORTURE'] === '1'

/** L of the faults: short in CI, so that they are over soon. */
export const LEASE_MS = TORTURE ? 1_000 : 500

/** Revocations of one fault. */
export const REVOCATIONS = TORTURE ? 300 : 30

const DEADLINE_MS = TORTURE ? 600_000 : 60_000

/**
 * Runs a fault over an unchanged Coatcheck: nothing that must not happen happens, enough was seen to say so, and when it
 * is over every node comes back by itself.
 */
export async function holdsUnder(scenario: Scenario, cluster: Cluster, context: TestContext): Promise<Verdict> {
  const revocations = REVOCATIONS * (scenario.times ?? 1)
  const size = { leaseMs: LEASE_MS, revocations, deadlineMs: DEADLINE_MS, leastMs: 6 * LEASE_MS }
  const verdict = await runScenario(cluster, scenario, size)
  const recoveryMs = await requireRecovery(cluster, scenario.lost)
  context.diagnostic(`${describeVerdict(scenario.name, verdict)}; service again after ${recoveryMs.toFixed(0)} ms`)
  assert.deepEqual(
    verdict.violations.slice(0, 5).map(({ kind, text }) => `${kind}: ${text}`),
    [],
  )
  // A slow machine may not get through all of them in time, but never through next to none.
  assert.ok(verdict.acknowledged >= revocations / 2, `${verdict.acknowledged} revocations were acknowledged`)
  // A node that is stopped on a slow machine may say nothing in time: half of the answers are enough to judge by.
  assert.ok(verdict.lags.length >= verdict.acknowledged / 2, 'the other nodes were asked, and knew')
  assert.ok(verdict.sameNodeAsked > 0, 'and so was the node that acknowledged')
  return verdict
}
