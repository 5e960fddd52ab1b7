import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { requireServer } from '../../stores/postgres-fixture.ts'
import { startCluster } from './cluster.ts'
import { copyPackage } from './mutant-copy.ts'
import { MUTANT_LEASE_MS, MUTANTS, type Mutant } from './mutants.ts'
import { describeVerdict } from './report.ts'
import { runScenario } from './scenario.ts'

/** In one campaign; there are several until it is caught, or until the time is over. */
const BATCH = 40
const DEADLINE_MS = 30_000

describe('the harness catches a Coatcheck that is broken on purpose', () => {
  for (const mutant of MUTANTS) test(mutant.name, (context) => requireCaught(mutant, context))
})

async function requireCaught(mutant: Mutant, context: TestContext): Promise<void> {
  const copy = copyPackage(mutant.edits)
  try {
    const cluster = await startCluster({
      postgresUrl: requireServer(),
      leaseMs: MUTANT_LEASE_MS,
      root: copy.root,
      requestTimeoutMs: 4_000,
      ...(mutant.environment ? { environment: mutant.environment } : {}),
    })
    try {
      const size = { leaseMs: MUTANT_LEASE_MS, revocations: 1_000, batch: BATCH, deadlineMs: DEADLINE_MS }
      const verdict = await runScenario(cluster, mutant.scenario, { ...size, stopAtViolation: true })
      const found = verdict.violations.filter(({ kind }) => mutant.kinds.includes(kind))
      context.diagnostic(`${mutant.name}: ${found[0]?.text ?? 'not caught'} (${found.length} violations)`)
      context.diagnostic(describeVerdict(mutant.scenario.name, verdict))
      assert.ok(found.length > 0, 'was not caught')
    } finally {
      await cluster.close()
    }
  } finally {
    copy.remove()
  }
}
