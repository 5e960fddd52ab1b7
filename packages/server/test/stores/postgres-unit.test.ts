import { deepEqual, equal, notEqual, rejects } from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import pg, { type PoolClient } from 'pg'
import type { SqlDatabase } from '../../src/stores/sql/sql-database.ts'
import { statement } from '../../src/stores/sql/statement.ts'
import { openPostgresDatabase } from '../../src/stores/postgres/open-postgres-store.ts'
import { sendUnit } from '../../src/stores/postgres/unit-query.ts'
import { createTestDatabase, type TestDatabase } from './postgres-fixture.ts'
import { insertOrphan, insertUser, userIds } from './test-statements.ts'
import { startProxy, type TcpProxy } from './tcp-proxy.ts'

const BACKEND = statement('backend', 'select pg_backend_pid() as pid', [])
const UNKNOWN = { name: 'StoreUnavailable', outcome: 'unknown', message: 'The database did not confirm the write.' }
const NOTHING = { name: 'StoreUnavailable', outcome: 'nothing-written', message: 'The database could not be used.' }

describe('a unit on PostgreSQL', () => {
  let server: TestDatabase
  let proxy: TcpProxy
  let database: SqlDatabase
  before(async () => {
    server = await createTestDatabase()
    proxy = await startProxy(server.url)
    database = await openPostgresDatabase({ url: proxy.url, migrate: true, maxConnections: 1, statementTimeoutMs: 400 })
  })
  after(async () => {
    await database.close()
    await proxy.close()
    await server.drop()
  })
  beforeEach(async () => {
    proxy.behaviour = 'pass'
    await server.query('delete from coatcheck.users')
    await database.read(BACKEND)
    proxy.turns = 0
  })
  const backend = async () => (await database.read(BACKEND))[0]?.['pid']

  test('› takes one round trip, whatever its length, the first time too', async () => {
    const steps = ['a', 'b', 'c', 'd', 'e'].map((id) => insertUser(id))
    deepEqual(await database.write(steps), { ok: true, counts: [1, 1, 1, 1, 1], rows: [] })
    equal(proxy.turns, 1)
    deepEqual(await database.write([insertUser('f'), insertUser('g')]), { ok: true, counts: [1, 1], rows: [] })
    equal(proxy.turns, 2)
    deepEqual(await userIds(database), ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
  })

  test('› says at which statement a row was missing, writes nothing, and keeps its connection', async () => {
    await database.write([insertUser('taken')])
    const pid = await backend()
    for (const failedAt of [0, 1, 2, 3]) {
      const ids = ['a', 'b', 'c', 'd'].with(failedAt, 'taken')
      deepEqual(await database.write(ids.map((id) => insertUser(id))), { ok: false, failedAt })
      deepEqual(await userIds(database), ['taken'])
    }
    deepEqual(await database.write([insertUser('taken')]), { ok: false, failedAt: 0 })
    deepEqual(await database.write([insertUser('a'), insertUser('b')]), { ok: true, counts: [1, 1], rows: [] })
    equal(await backend(), pid, 'statements prepared before a failed unit are used after it')
    deepEqual(await userIds(database), ['a', 'b', 'taken'])
  })

  test('› that fails the first time its statements are used leaves them usable', async () => {
    await database.write([insertUser('taken')])
    const fresh = (id: string) => ({ ...insertUser(id), name: 'never-used-before' })
    const pid = await backend()
    for (let time = 0; time < 2; time += 1) {
      deepEqual(await database.write([fresh('taken'), fresh('a')]), { ok: false, failedAt: 0 })
    }
    deepEqual(await database.write([fresh('a'), fresh('b')]), { ok: true, counts: [1, 1], rows: [] })
    equal(await backend(), pid)
  })

  test('› that the server takes too long for is certainly not written', async () => {
    const slow = statement('slow', "select pg_sleep(5) where $1 <> ''", ['x'])
    await rejects(database.write([insertUser('a'), slow]), NOTHING)
    await rejects(database.write([slow, insertUser('a')]), NOTHING)
    await rejects(database.write([slow]), NOTHING)
    deepEqual(await userIds(database), [])
  })

  test('› with an error writes nothing, is certain of it, and goes on with a new connection', async () => {
    const pid = await backend()
    await rejects(database.write([insertUser('a'), insertOrphan('nobody'), insertUser('b')]), NOTHING)
    deepEqual(await userIds(database), [])
    equal((await backend()) === pid, false)
    await rejects(database.write([statement('broken', 'insert into no_such_table values (1)', [])]), NOTHING)
    await database.write([insertUser('a'), insertUser('b')])
    deepEqual(await userIds(database), ['a', 'b'])
  })

  test('› whose first statement fails never runs the rest by itself', async () => {
    await rejects(database.write([insertOrphan('nobody'), insertUser('a'), insertUser('b')]), NOTHING)
    deepEqual(await userIds(database), [])
  })

  for (const units of [[insertUser('single')], [insertUser('a'), insertUser('b')]]) {
    const length = units.length === 1 ? 'one statement' : 'several statements'
    const ids = units.map(({ params }) => String(params[0]))

    test(`› of ${length} is unknown when the connection breaks before the answer, and it was not written`, async () => {
      proxy.behaviour = 'cut-before'
      await rejects(database.write(units), UNKNOWN)
      proxy.behaviour = 'pass'
      deepEqual(await userIds(database), [])
    })

    test(`› of ${length} is unknown when the connection breaks before the answer, and it was written`, async () => {
      proxy.behaviour = 'cut-answer'
      await rejects(database.write(units), UNKNOWN)
      proxy.behaviour = 'pass'
      deepEqual(await userIds(database), ids)
    })

    test(`› of ${length} is unknown when no answer comes in time, and the next one has another connection`, async () => {
      proxy.behaviour = 'swallow'
      await rejects(database.write(units), UNKNOWN)
      proxy.behaviour = 'pass'
      deepEqual(await database.write([insertUser('next')]), { ok: true, counts: [1], rows: [] })
      deepEqual(await userIds(database), ['next'])
    })
  }

  test('› is certainly not written when its connection was gone before anything was sent', async () => {
    const client = new pg.Client(server.url)
    client.on('error', () => {})
    await client.connect()
    client.connection.stream.destroy()
    const answer = await sendUnit(client as PoolClient, [insertUser('a')])
    equal(answer.kind === 'failed' && answer.progress, 'not-sent')
  })

  test('› waits in a bounded queue: one more is Busy, a read too', async () => {
    const narrow = await openPostgresDatabase({ url: server.url, migrate: false, maxConnections: 1, maxWaiting: 2 })
    const writes = ['a', 'b', 'c', 'd'].map((id) => narrow.write([insertUser(id)]))
    const read = narrow.read(BACKEND)
    await rejects(writes[3] ?? Promise.resolve(), { name: 'Busy', retryAfterSeconds: 1 })
    await rejects(read, { name: 'Busy', retryAfterSeconds: 1 })
    await Promise.all(writes.slice(0, 3))
    await narrow.write([insertUser('e')])
    await narrow.close()
    deepEqual(await userIds(database), ['a', 'b', 'c', 'e'])
  })

  test('› a read whose connection breaks is sent once more, on another', async () => {
    const limits = { maxConnections: 1, statementTimeoutMs: 60_000 }
    const narrow = await openPostgresDatabase({ url: server.url, migrate: false, ...limits })
    const [first] = await narrow.read(BACKEND)
    const pid = Number(first?.['pid'])
    // Slow on that one backend, and at once on another.
    const sql = 'select pg_backend_pid() as pid, pg_sleep(case when pg_backend_pid() = $1 then 50 else 0 end)::text'
    const slow = narrow.read(statement('slow', sql, [pid]))
    const asleep = "select 1 from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'"
    while ((await server.query(asleep, [pid])).length === 0);
    await server.query('select pg_terminate_backend($1)', [pid])
    const [row] = await slow
    equal(typeof row?.['pid'], 'number')
    notEqual(row?.['pid'], pid)
    await narrow.close()
  })

  test('› leaves an int8 beyond 2^53 unread rather than rounded', async () => {
    const read = (value: string) => database.read(statement(`big-${value}`, `select ${value}::bigint as value`, []))
    deepEqual(await read('9007199254740991').then((rows) => rows[0]?.['value']), 9_007_199_254_740_991)
    await rejects(read('9007199254740992'), NOTHING)
  })
})
