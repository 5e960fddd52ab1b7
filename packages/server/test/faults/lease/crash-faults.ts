import { setTimeout as wait } from 'node:timers/promises'
import type { TestPostgres } from '../../../../../tools/postgres.ts'
import { nodeInTurn, pause } from './network-faults.ts'
import type { Scenario } from './scenario.ts'

/** Much longer than any lease of these tests. */
const STOPPED_MS = 3_000

/** One node after another is stopped for 3 s, in the middle of whatever it does, and goes on as if nothing had been. */
export const nodeStopped: Scenario = {
  name: 'a node is stopped for 3 s',
  async inject({ cluster, leaseMs, over }) {
    for (let turn = 0; !over.aborted; turn += 1) {
      const node = nodeInTurn(cluster, turn)
      await pause(leaseMs * (0.2 + 0.3 * Math.random()), over)
      node.pause()
      // To its end, though the campaign may be over: its last checks wait for this node.
      await wait(STOPPED_MS)
      node.resume()
    }
  },
  plan: { atOnce: 40, coldShare: 0.25, warmMs: 400 },
}

/** One node after another is killed (`kill -9`) and started again. */
export const nodeKilled: Scenario = {
  name: 'a node is killed',
  async inject({ cluster, leaseMs, over }) {
    for (let turn = 0; !over.aborted; turn += 1) {
      const node = nodeInTurn(cluster, turn)
      await pause(leaseMs * Math.random(), over)
      await node.kill()
      await pause(200 * Math.random(), over)
      await node.start()
      await pause(leaseMs, over)
    }
  },
  plan: { atOnce: 12 },
}

/** PostgreSQL is killed (`kill -9`, the backends too), stays away for a moment, and is started again. */
export function postgresKilled(postgres: TestPostgres): Scenario {
  return {
    name: 'PostgreSQL is killed',
    async inject({ leaseMs, over }) {
      while (!over.aborted) {
        await pause(leaseMs * (1 + Math.random()), over)
        if (over.aborted) return
        await postgres.crash()
        await wait(2 * leaseMs * Math.random())
        await postgres.restart()
      }
    },
    plan: { atOnce: 12 },
  }
}
