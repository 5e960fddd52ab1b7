import { after, before, describe, test } from 'node:test'
import { startCluster, type Cluster } from './cluster.ts'
import { promotion, startPair, type Pair } from './failover.ts'
import { holdsUnder, LEASE_MS } from './run-and-tell.ts'

describe('a failover that left the old primary running [promises 2, 3]', () => {
  let pair: Pair
  let cluster: Cluster
  before(async () => {
    pair = await startPair()
    cluster = await startCluster({ postgresUrl: pair.primary.url, leaseMs: LEASE_MS, requestTimeoutMs: 2_000 })
  })
  after(async () => {
    await cluster.close()
    await pair.stop()
  })

  test('lets no node accept beyond L what the new primary has revoked', async (context) => {
    await holdsUnder(promotion(pair), cluster, context)
  })
})
