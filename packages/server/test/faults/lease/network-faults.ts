import { setTimeout as wait } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import type { LeaseNode } from './lease-node.ts'
import type { Scenario, World } from './scenario.ts'
import type { Line } from './startup-packet.ts'
import type { Mode } from './wire-proxy.ts'

/** Waits, or until the scenario is over; never throws. */
export function pause(ms: number, over: AbortSignal): Promise<void> {
  return wait(ms, undefined, { signal: over }).catch(() => undefined)
}

/** One node after another, for ever. */
export function nodeInTurn({ nodes }: Cluster, turn: number): LeaseNode {
  const node = nodes[turn % nodes.length]
  if (node === undefined) throw new Error('there are no nodes')
  return node
}

/** Again and again: one node's connections go bad for a while, shorter and longer than a lease, and are mended. */
function breaking(lines: readonly Line[], modes: readonly Mode[]): (world: World) => Promise<void> {
  return async ({ cluster, leaseMs, over }) => {
    let turn = 0
    while (!over.aborted) {
      const node = nodeInTurn(cluster, turn)
      node.proxy.set(modes[turn % modes.length] ?? 'cut', lines)
      await pause(leaseMs * (0.2 + 1.8 * Math.random()), over)
      node.proxy.set('pass', lines)
      await pause(leaseMs * (0.3 + 0.5 * Math.random()), over)
      turn += 1
    }
  }
}

function everyNode(
  change: (node: LeaseNode) => void,
  mend: (node: LeaseNode) => void,
): (world: World) => Promise<void> {
  return async ({ cluster, over }) => {
    for (const node of cluster.nodes) change(node)
    await new Promise<void>((resolve) => {
      if (over.aborted) resolve()
      else over.addEventListener('abort', () => resolve(), { once: true })
    })
    for (const node of cluster.nodes) mend(node)
  }
}

/** Known before a connection breaks, revoked while it is broken: that takes some time, and so several at once. */
const LONG_KNOWN = { atOnce: 14, coldShare: 0.25, warmMs: 400 } as const

/** The feed's connection of one node after another is broken, and refused for a while. */
export const feedCut: Scenario = { name: 'the feed is cut', inject: breaking(['feed'], ['cut']), plan: LONG_KNOWN }

/** The same with the connection left open: nothing passes, and later all of it at once, or the end. */
export const feedSilent: Scenario = {
  name: 'the feed falls silent',
  inject: breaking(['feed'], ['hold', 'swallow']),
  plan: LONG_KNOWN,
}

/** The connections of the store are broken, and refused for a while, while the feed stands. */
export const storeCut: Scenario = { name: 'the store is cut', inject: breaking(['pool'], ['cut']) }

/** A node is parted from PostgreSQL: nothing passes, either way. Its clients still reach it. */
export const partition: Scenario = {
  name: 'a partition',
  inject: breaking(['feed', 'pool'], ['hold', 'swallow']),
  plan: LONG_KNOWN,
}

/** What the feed says comes 0.8 L late, to every node. */
export function feedDelayed(leaseMs: number): Scenario {
  return {
    name: 'the feed is late by 0.8 L',
    inject: everyNode(
      ({ proxy }) => proxy.delay('feed', () => 0.8 * leaseMs),
      ({ proxy }) => proxy.delay('feed', () => 0),
    ),
    plan: { atOnce: 12, coldShare: 0.2 },
  }
}

/** What the store says comes late, by up to 200 ms: reads are in flight while sessions end. */
export const storeDelayed: Scenario = {
  name: 'the store is late by up to 200 ms',
  inject: everyNode(
    ({ proxy }) => proxy.delay('pool', () => 200 * Math.random()),
    ({ proxy }) => proxy.delay('pool', () => 0),
  ),
  // Not many at once: ten connections that each answer after 100 ms are soon busy. Soon asked again: to join a read.
  plan: { atOnce: 6, coldShare: 0.4, coldMs: 250, patienceMs: 40 },
  // The node that revoked is then asked after one in ten: of 30, once after none.
  times: 4,
}
