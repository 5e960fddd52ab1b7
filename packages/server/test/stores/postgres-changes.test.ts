import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPostgres, type TestPostgres } from '../../../../tools/postgres.ts'
import type { Change } from '../../src/core/session/change-feed.ts'
import type { Store } from '../../src/core/store.ts'
import { openPostgresStore } from '../../src/stores/postgres/open-postgres-store.ts'
import { register, startAnonymous } from '../../src/testing/contract/records.ts'
import { createTestDatabase, type TestDatabase } from './postgres-fixture.ts'

const LEASE_MS = 1_000

describe('plain SQL on PostgreSQL is heard with the next heartbeat', () => {
  let database: TestDatabase
  let store: Store
  before(async () => {
    database = await createTestDatabase()
    store = await openPostgresStore({ url: database.url, migrate: true })
  })
  after(async () => {
    await store.close()
    await database.drop()
  })

  /** What the beat after some statements tells, beyond the one before them. */
  const heardAfter = async (run: () => Promise<unknown>): Promise<readonly Change[]> => {
    await store.changes.beat(LEASE_MS)
    await run()
    const beat = await store.changes.beat(LEASE_MS)
    equal(beat.continuous, true)
    return beat.changes
  }

  test('a deleted session, one whose end was moved, and one that was made idle', async () => {
    for (const sql of [
      'delete from coatcheck.sessions where id = $1',
      "with s as (select set_config('session_replication_role', 'replica', false)) delete from coatcheck.sessions where id = $1 and exists (select 1 from s)",
      'update coatcheck.sessions set expires_at = 0 where id = $1',
      'update coatcheck.sessions set last_seen_at = 0 where id = $1',
    ]) {
      const { id } = await startAnonymous(store)
      deepEqual(await heardAfter(() => database.query(sql, [id])), [{ kind: 'session', id }], sql)
    }
  })

  test('a user who was disabled, and one who got another name, without a word about their sessions', async () => {
    for (const sql of [
      'update coatcheck.users set disabled_at = 1 where id = $1',
      "update coatcheck.users set name = 'Ada' where id = $1",
    ]) {
      const { user } = await register(store)
      deepEqual(await heardAfter(() => database.query(sql, [user.id])), [{ kind: 'user', id: user.id }], sql)
    }
  })

  test('a transaction that began long before others, and was committed after them', async () => {
    const [early, late] = [await startAnonymous(store), await startAnonymous(store)]
    const client = await database.connect()
    await client.query('begin')
    await client.query('delete from coatcheck.sessions where id = $1', [early.id])
    deepEqual(await heardAfter(() => store.sessions.revoke(late.id)), [{ kind: 'session', id: late.id }])
    deepEqual(await heardAfter(() => client.query('commit')), [{ kind: 'session', id: early.id }])
    deepEqual(await heardAfter(() => Promise.resolve()), [])
  })

  test('what was done in a savepoint, and not what was undone to one', async () => {
    const [kept, undone] = [await startAnonymous(store), await startAnonymous(store)]
    const changes = await heardAfter(() =>
      database.query(`begin; savepoint a; delete from coatcheck.sessions where id = '${undone.id}'; rollback to a;
savepoint b; delete from coatcheck.sessions where id = '${kept.id}'; release b; commit`),
    )
    deepEqual(changes, [{ kind: 'session', id: kept.id }])
  })

  test('by a user who may delete sessions and knows nothing of changes, whatever their search_path', async () => {
    const { id } = await startAnonymous(store)
    await database.query('create role clerk nologin')
    await database.query('grant usage on schema coatcheck to clerk')
    await database.query('grant select, delete on coatcheck.sessions to clerk')
    const changes = await heardAfter(() =>
      database.query(`set role clerk; set search_path = pg_temp; delete from coatcheck.sessions where id = '${id}'`),
    )
    deepEqual(changes, [{ kind: 'session', id }])
    await database.query('drop owned by clerk; drop role clerk')
  })

  test('more changes than anybody lists, and an emptied table, are everything', async () => {
    const flood = `insert into coatcheck.changes (kind, id) select 'session', n::text from generate_series(1, 20000) as n`
    deepEqual(await heardAfter(() => database.query(flood)), [{ kind: 'everything' }])
    const truncate = 'truncate coatcheck.sessions cascade'
    deepEqual(await heardAfter(() => database.query(truncate)), [{ kind: 'everything' }])
  })

  test('changes are deleted once everybody could hear them an hour ago, and not before', async () => {
    const rows = async () => Number((await database.query('select count(*) as n from coatcheck.changes'))[0]?.['n'])
    // What other tests do on the same server holds the horizon back: rightly, since it cannot be told apart.
    const olderHaveEnded = async (): Promise<void> => {
      const [own] = await database.query('select pg_current_xact_id()::text as xid')
      const ended = `select pg_snapshot_xmin(pg_current_snapshot()) > '${String(own?.['xid'])}'::xid8 as ended`
      while ((await database.query(ended))[0]?.['ended'] !== true) await sleep(20)
    }
    const { id } = await startAnonymous(store)
    await olderHaveEnded()
    await store.changes.trim()
    await store.sessions.revoke(id)
    const before = await rows()
    ok(before > 0)
    await database.query("update coatcheck.change_horizons set at = at - interval '61 minutes'")
    await store.changes.trim()
    equal(await rows(), 1, 'the revocation came after that horizon')
    await olderHaveEnded()
    await store.changes.trim()
    await database.query("update coatcheck.change_horizons set at = at - interval '61 minutes'")
    await store.changes.trim()
    equal(await rows(), 0)
  })
})

describe('a PostgreSQL server that stops in the middle', () => {
  let server: TestPostgres
  let store: Store
  before(async () => {
    server = await startPostgres({ settings: { max_prepared_transactions: 2, max_connections: 30 } })
    store = await openPostgresStore({
      url: server.url,
      migrate: true,
      connectTimeoutMs: 2_000,
      statementTimeoutMs: 500,
    })
  })
  after(async () => {
    await store.close()
    await server.stop()
  })
  const query = async (sql: string): Promise<readonly Record<string, unknown>[]> => {
    const { default: pg } = await import('pg')
    const client = new pg.Client(server.url)
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows
    } finally {
      await client.end()
    }
  }

  test('begins a new story after a crash, and tells of a prepared transaction that survived it', async () => {
    const { id } = await startAnonymous(store)
    await store.changes.beat(LEASE_MS)
    await query(`begin; delete from coatcheck.sessions where id = '${id}'; prepare transaction 'end'`)
    await server.crash()
    await store.changes.beat(LEASE_MS).catch(() => undefined)
    await server.restart()
    equal((await store.changes.beat(LEASE_MS)).continuous, false)
    ok(await store.sessions.find(id))
    await query("commit prepared 'end'")
    deepEqual((await store.changes.beat(LEASE_MS)).changes, [{ kind: 'session', id }])
  })

  test('whose standby is away keeps no crowd of processes waiting for it', async () => {
    await query("alter system set synchronous_standby_names = 'missing'")
    await query('select pg_reload_conf()')
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await Promise.allSettled([store.changes.beat(100), startAnonymous(store)])
    }
    const [waiting] = await query(
      "select count(*)::int as n from pg_stat_activity where application_name like 'coatcheck%' and state <> 'idle'",
    )
    ok(Number(waiting?.['n']) <= 4, `${String(waiting?.['n'])} processes wait`)
    await query('alter system reset synchronous_standby_names')
    await query('select pg_reload_conf()')
  })
})
