import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { startCluster } from './cluster.ts'
import { copyPackage } from './mutant-copy.ts'
import { MUTANT_LEASE_MS, type Mutant } from './mutants.ts'
import { describeVerdict } from './report.ts'
import { runScenario } from './scenario.ts'

/** In one campaign; there are several until it is caught, or until the time is over. */
const BATCH = 24
/** Most are caught in seconds; a read that is joined at just the wrong moment was once not in 300 revocations. */
const DEADLINE_MS = 240_000

/** Starts the mutant's servers and asserts that the checker accuses them, of the right thing and in bounded time. */
export async function requireCaught(mutant: Mutant, postgresUrl: string, context: TestContext): Promise<void> {
  const copy = copyPackage(mutant.edits)
  try {
    const cluster = await startCluster({
      postgresUrl,
      leaseMs: MUTANT_LEASE_MS,
      root: copy.root,
      names: mutant.nodes ?? ['A', 'B'],
      requestTimeoutMs: 2_000,
      ...(mutant.environment ? { environment: mutant.environment } : {}),
      ...(mutant.sessions ? { sessions: mutant.sessions } : {}),
    })
    try {
      const size = { leaseMs: MUTANT_LEASE_MS, revocations: 1_000, batch: BATCH, deadlineMs: DEADLINE_MS }
      const verdict = await runScenario(cluster, mutant.scenario, { ...size, stopAtViolation: true })
      const found = verdict.violations.filter(({ kind }) => mutant.kinds.includes(kind))
      context.diagnostic(`caught: ${found[0]?.text ?? 'no'} (${found.length} violations)`)
      context.diagnostic(describeVerdict(mutant.scenario.name, verdict))
      assert.ok(found.length > 0, 'was not caught')
    } finally {
      await cluster.close()
    }
  } finally {
    copy.remove()
  }
}
