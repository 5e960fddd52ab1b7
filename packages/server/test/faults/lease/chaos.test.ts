import { after, before, describe, test } from 'node:test'
import { startPostgres, type TestPostgres } from '../../../../../tools/postgres.ts'
import { chaos } from './chaos.ts'
import { startCluster, type Cluster } from './cluster.ts'
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

  test(`when ${chaos.name}`, async (context) => void (await holdsUnder(chaos, cluster, context)))
})
