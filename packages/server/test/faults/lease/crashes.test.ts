import { after, before, describe, test } from 'node:test'
import { startPostgres, type TestPostgres } from '../../../../../tools/postgres.ts'
import { startCluster, type Cluster } from './cluster.ts'
import { nodeKilled, nodeStopped, postgresKilled } from './crash-faults.ts'
import { holdsUnder, LEASE_MS } from './run-and-tell.ts'

describe('no check is accepted beyond L, nor at the node that revoked, nor is a live session lost [promises 2, 3, 11]', () => {
  let postgres: TestPostgres
  let cluster: Cluster
  before(async () => {
    postgres = await startPostgres()
    cluster = await startCluster({ postgresUrl: postgres.url, leaseMs: LEASE_MS })
  })
  after(async () => {
    await cluster.close()
    await postgres.stop()
  })

  test(`when ${nodeStopped.name}`, async (context) => void (await holdsUnder(nodeStopped, cluster, context)))
  test(`when ${nodeKilled.name}`, async (context) => void (await holdsUnder(nodeKilled, cluster, context)))
  test('when PostgreSQL is killed', async (context) => {
    await holdsUnder(postgresKilled(postgres), cluster, context)
  })
})
