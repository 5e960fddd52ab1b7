import { after, before, describe, test } from 'node:test'
import { startPostgres, type TestPostgres } from '../../../../../tools/postgres.ts'
import { startCluster, type Cluster } from './cluster.ts'
import { feedCut, feedDelayed, feedSilent, partition, storeCut, storeDelayed } from './network-faults.ts'
import { holdsUnder, LEASE_MS } from './run-and-tell.ts'

describe('no check is accepted beyond L, nor at the node that revoked, nor is a live session lost [promises 2, 3, 4]', () => {
  let postgres: TestPostgres
  let cluster: Cluster
  before(async () => {
    postgres = await startPostgres()
    cluster = await startCluster({ postgresUrl: postgres.url, leaseMs: LEASE_MS, requestTimeoutMs: 4 * LEASE_MS })
  })
  after(async () => {
    await cluster.close()
    await postgres.stop()
  })

  for (const scenario of [feedCut, feedSilent, storeCut, partition, feedDelayed(LEASE_MS), storeDelayed]) {
    test(`when ${scenario.name}`, async (context) => void (await holdsUnder(scenario, cluster, context)))
  }
})
