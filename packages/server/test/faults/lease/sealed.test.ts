import { after, before, describe, test } from 'node:test'
import { startPostgres, type TestPostgres } from '../../../../../tools/postgres.ts'
import { requireServer } from '../../stores/postgres-fixture.ts'
import { startCluster, type Cluster } from './cluster.ts'
import { nodeKilled, nodeStopped, postgresKilled } from './crash-faults.ts'
import { SEALED_MUTANTS } from './mutants.ts'
import { requireCaught } from './mutant-run.ts'
import { partition, storeDelayed } from './network-faults.ts'
import { holdsUnder, LEASE_MS } from './run-and-tell.ts'

describe('the same of sealed sessions, of which there is no row [promises 2, 3, 4]', () => {
  let postgres: TestPostgres
  let cluster: Cluster
  before(async () => {
    postgres = await startPostgres()
    cluster = await startCluster({
      postgresUrl: postgres.url,
      leaseMs: LEASE_MS,
      requestTimeoutMs: 4 * LEASE_MS,
      sessions: 'sealed',
    })
  })
  after(async () => {
    await cluster.close()
    await postgres.stop()
  })

  for (const scenario of [{ name: 'nothing goes wrong' }, partition, storeDelayed, nodeStopped, nodeKilled]) {
    test(`when ${scenario.name}`, async (context) => void (await holdsUnder(scenario, cluster, context)))
  }

  test('when PostgreSQL is killed', async (context) => {
    await holdsUnder(postgresKilled(postgres), cluster, context)
  })
})

describe('the harness catches sealed sessions that outlive their end', () => {
  for (const mutant of SEALED_MUTANTS) {
    test(mutant.name, (context) => requireCaught(mutant, requireServer(), context))
  }
})
