import { describe, test, type TestContext } from 'node:test'
import type { SessionKeeping } from '../../../src/core/store.ts'
import { startCluster, type Cluster } from './cluster.ts'
import { promotion, startPair, waitForStandby, type Pair } from './failover.ts'
import { holdsUnder, LEASE_MS } from './run-and-tell.ts'

const TORTURE = process.env['COATCHECK_TORTURE'] === '1'

describe('a failover that left the old primary running [promises 2, 3]', () => {
  const holdsOverFailover = async (
    context: TestContext,
    prepare: (pair: Pair, start: () => Promise<Cluster>) => Promise<Cluster>,
    sessions: SessionKeeping = 'stored',
  ): Promise<void> => {
    const pair = await startPair()
    let cluster: Cluster | null = null
    try {
      const options = { postgresUrl: pair.primary.url, leaseMs: LEASE_MS, requestTimeoutMs: 2_000, sessions }
      cluster = await prepare(pair, () => startCluster(options))
      await holdsUnder(promotion(pair), cluster, context)
    } finally {
      await cluster?.close()
      await pair.stop()
    }
  }

  test('lets no node accept beyond L what the new primary has revoked', (context) =>
    holdsOverFailover(context, async (pair, start) => {
      await waitForStandby(pair)
      return start()
    }))

  test('the same of sealed sessions, of which there is no row', (context) =>
    holdsOverFailover(
      context,
      async (pair, start) => {
        await waitForStandby(pair)
        return start()
      },
      'sealed',
    ))

  // It takes its time.
  if (!TORTURE) return
  test('nor when the primary was told to wait for its standby while the nodes were connected', (context) =>
    holdsOverFailover(context, async (pair, start) => {
      const cluster = await start()
      await cluster.subject.newVictim()
      await waitForStandby(pair)
      return cluster
    }))
})
