import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { startPostgres, type TestPostgres } from '../../../../../tools/postgres.ts'
import { pause } from './network-faults.ts'
import type { Scenario } from './scenario.ts'

/** A primary whose commits wait for its one standby. */
export interface Pair {
  readonly primary: TestPostgres
  readonly standby: TestPostgres
  stop(): Promise<void>
}

/** Starts both; commits do not wait for the standby yet. */
export async function startPair(): Promise<Pair> {
  const primary = await startPostgres()
  const standby = await startPostgres({ standbyOf: primary.url }).catch(async (error: unknown) => {
    await primary.stop()
    throw error
  })
  const stop = async (): Promise<void> => {
    await standby.stop()
    await primary.stop()
  }
  return { primary, standby, stop }
}

/** Has the primary's commits wait for the standby from now on. */
export async function waitForStandby({ primary }: Pair): Promise<void> {
  await ask(primary.url, "alter system set synchronous_standby_names = 'standby'")
  await ask(primary.url, 'select pg_reload_conf()')
  const giveUp = performance.now() + 20_000
  const inSync = "select 1 from pg_stat_replication where application_name = 'standby' and sync_state = 'sync'"
  while ((await ask(primary.url, inSync)).length === 0) {
    if (performance.now() > giveUp) {
      throw new Error('The standby did not become a synchronous one.')
    }
    await wait(50)
  }
}

/**
 * The standby is promoted while the old primary lives on. Node A stays at the old one, as nobody told it; whoever types
 * SQL and B go to the new one, C's feed a little later, and its pool last. In the end A goes there too.
 */
export function promotion({ standby }: Pair): Scenario {
  return {
    name: 'the standby is promoted, with the old primary left running',
    async inject({ cluster, leaseMs, over }) {
      const [a, b, c] = cluster.nodes
      if (a === undefined || b === undefined || c === undefined) throw new Error('this takes three nodes')
      await wait(leaseMs)
      await ask(standby.url, 'select pg_promote(true, 30)')
      const moved = new URL(cluster.databaseUrl)
      moved.port = String(standby.port)
      const moving = cluster.psql.switchTo(moved.href)
      b.proxy.switchTo(standby.port)
      await pause(leaseMs, over)
      // Half of C moves: what its feed says of the new primary must not make its reads of the old one good.
      c.proxy.switchTo(standby.port, ['feed'])
      await pause(3 * leaseMs, over)
      c.proxy.switchTo(standby.port)
      await new Promise<void>((resolve) => {
        if (over.aborted) resolve()
        else over.addEventListener('abort', () => resolve(), { once: true })
      })
      a.proxy.switchTo(standby.port)
      await moving
    },
    // The others can acknowledge nothing once the standby has left their primary, and need not be asked to.
    plan: { atOnce: 12, revokers: ['B'] },
  }
}

async function ask(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows as readonly unknown[]
  } finally {
    await client.end()
  }
}
