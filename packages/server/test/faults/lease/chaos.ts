import { setTimeout as wait } from 'node:timers/promises'
import { pick } from './campaign.ts'
import type { LeaseNode } from './lease-node.ts'
import { pause } from './network-faults.ts'
import type { Scenario } from './scenario.ts'

/** Does one thing to a node for so long, and mends it. */
type Mishap = (node: LeaseNode, ms: number) => Promise<void>

const MISHAPS: readonly Mishap[] = [
  (node, ms) =>
    during(
      ms,
      () => node.proxy.set('cut', ['feed']),
      () => node.proxy.set('pass', ['feed']),
    ),
  (node, ms) =>
    during(
      ms,
      () => node.proxy.set('hold', ['feed']),
      () => node.proxy.set('pass', ['feed']),
    ),
  (node, ms) =>
    during(
      ms,
      () => node.proxy.set('cut', ['pool']),
      () => node.proxy.set('pass', ['pool']),
    ),
  (node, ms) =>
    during(
      ms,
      () => node.proxy.set('hold', ['pool']),
      () => node.proxy.set('pass', ['pool']),
    ),
  (node, ms) =>
    during(
      ms,
      () => node.proxy.set('hold'),
      () => node.proxy.set('pass'),
    ),
  (node, ms) =>
    during(
      ms,
      () => node.pause(),
      () => node.resume(),
    ),
]

/** To its end, though the scenario may be over: a stopped node must go on. */
async function during(ms: number, begin: () => void, end: () => void): Promise<void> {
  begin()
  await wait(ms)
  end()
}

/** Every node has its own mishaps, several nodes at a time, while both the feed and the store are slow now and then. */
export const chaos: Scenario = {
  name: 'everything goes wrong at once',
  async inject({ cluster, leaseMs, over }) {
    for (const { proxy } of cluster.nodes) {
      proxy.delay('pool', () => (Math.random() < 0.3 ? 150 * Math.random() : 0))
      proxy.delay('feed', () => (Math.random() < 0.3 ? leaseMs * Math.random() : 0))
    }
    const befall = async (node: LeaseNode): Promise<void> => {
      while (!over.aborted) {
        await pause(leaseMs * Math.random(), over)
        await pick(MISHAPS)(node, leaseMs * (0.1 + 1.9 * Math.random()))
      }
    }
    await Promise.all(cluster.nodes.map(befall))
    for (const { proxy } of cluster.nodes) for (const line of ['feed', 'pool'] as const) proxy.delay(line, () => 0)
  },
  plan: { atOnce: 10, coldShare: 0.4, coldMs: 200, patienceMs: 60 },
}
