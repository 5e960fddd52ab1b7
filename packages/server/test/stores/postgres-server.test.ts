import { deepEqual, equal, rejects } from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { startPostgres, type TestPostgres } from '../../../../tools/postgres.ts'
import type { Store } from '../../src/core/store.ts'
import { openPostgresStore } from '../../src/stores/postgres/open-postgres-store.ts'
import {
  aHash,
  ALIVE,
  anAnonymousSession,
  expectSession,
  register,
  startAnonymous,
} from '../../src/testing/contract/records.ts'

const UNKNOWN = { name: 'StoreUnavailable', outcome: 'unknown' }
const NOTHING = { name: 'StoreUnavailable', outcome: 'nothing-written' }

describe('a PostgreSQL server', () => {
  let server: TestPostgres
  let store: Store
  before(async () => {
    server = await startPostgres()
    store = await openPostgresStore({ url: server.url, migrate: true, connectTimeoutMs: 2_000 })
  })
  after(async () => {
    await store.close()
    await server.stop()
  })

  const create = () => store.sessions.create(anAnonymousSession(), { credentialRevision: null, replaces: null })

  test('› that crashes and comes back is unavailable meanwhile, and used again without a restart of ours', async () => {
    const session = await startAnonymous(store)
    const underWay = Promise.allSettled(Array.from({ length: 20 }, create))
    await server.crash()
    for (const answer of await underWay) {
      if (answer.status === 'rejected') equal((answer.reason as Error).name, 'StoreUnavailable')
    }
    await rejects(store.sessions.find(session.id), NOTHING)
    await rejects(create(), NOTHING)
    await rejects(store.readTime(), NOTHING)
    await server.restart()
    await expectSession(store, session)
    equal(await create(), 'created')
  })

  test('› that never starts is unavailable, at the start too', async () => {
    const url = new URL(server.url)
    url.port = '1'
    await rejects(openPostgresStore({ url: url.href, migrate: true }), NOTHING)
    await rejects(openPostgresStore({ url: url.href, migrate: false }), NOTHING)
  })

  test('› whose standby did not confirm a commit has not acknowledged it [DESIGN 6, 11.2]', async () => {
    const { user, credentialRevision } = await register(store)
    const admin = await connect(server.url)
    await admin.query("alter system set synchronous_standby_names = 'missing'")
    await admin.query('select pg_reload_conf()')
    const cancelWaiting = async (how: 'pg_cancel_backend' | 'pg_terminate_backend') => {
      const cancel = `select ${how}(pid) as done from pg_stat_activity where wait_event = 'SyncRep'`
      return (await admin.query(cancel)).rowCount
    }
    await untilCommitsWait(server.url, () => cancelWaiting('pg_cancel_backend'))
    const writes = [
      () => create(),
      () =>
        store.credentials.changePassword({
          userId: user.id,
          credentialRevision,
          passwordHash: aHash(),
          keepSessionId: null,
        }),
    ]
    for (const write of writes) {
      const failed = rejects(write(), UNKNOWN)
      while ((await cancelWaiting('pg_cancel_backend')) === 0);
      await failed
    }
    const failed = rejects(create(), UNKNOWN)
    while ((await cancelWaiting('pg_terminate_backend')) === 0);
    await failed
    const { rows } = await admin.query('select id from coatcheck.sessions where user_id = $1', [user.id])
    deepEqual(rows, [], 'the password change is committed on this server, which is not enough')
    const asked = rejects(store.sessions.listByUser(user.id, ALIVE), UNKNOWN, 'perhaps the standby was promoted')
    while ((await cancelWaiting('pg_cancel_backend')) === 0);
    await asked
    await admin.query('alter system reset synchronous_standby_names')
    await admin.query('select pg_reload_conf()')
    equal(await create(), 'created')
    deepEqual(await store.sessions.listByUser(user.id, ALIVE), [], 'believed again')
    await admin.end()
  })

  test('› that may only be read is unavailable for writing, and read', async () => {
    const session = await startAnonymous(store)
    const admin = await connect(server.url)
    await admin.query('alter database postgres set default_transaction_read_only = on')
    const reopened = await openPostgresStore({ url: server.url, migrate: false })
    await expectSession(reopened, session)
    await rejects(reopened.sessions.revoke(session.id), NOTHING)
    await reopened.close()
    await admin.query('set default_transaction_read_only = off')
    await admin.query('alter database postgres reset default_transaction_read_only')
    await admin.end()
  })

  test('› whose database has no place for every letter is refused at the start, in words', async () => {
    const admin = await connect(server.url)
    await admin.query("create database latin encoding 'LATIN1' template template0")
    await admin.end()
    const url = new URL(server.url)
    url.pathname = '/latin'
    for (const migrate of [true, false])
      await rejects(openPostgresStore({ url: url.href, migrate }), {
        name: 'ConfigurationError',
        message: /LATIN1.*UTF8/,
      })
  })

  // Last: there is no way back.
  test('› that became a standby is unavailable, for reading too [Z3]', async () => {
    const session = await startAnonymous(store)
    const admin = await connect(server.url)
    const { rows } = await admin.query<{ folder: string }>("select current_setting('data_directory') as folder")
    await admin.end()
    await server.crash()
    writeFileSync(join(rows[0]?.folder ?? '', 'standby.signal'), '')
    await server.restart()
    await rejects(store.sessions.find(session.id), NOTHING)
    await rejects(create(), NOTHING)
    await rejects(openPostgresStore({ url: server.url, migrate: false }), NOTHING)
    await rejects(openPostgresStore({ url: server.url, migrate: true }), NOTHING)
  })
})

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Commits until one has waited for the standby: the server takes a moment to take in its new setting. */
async function untilCommitsWait(url: string, cancelWaiting: () => Promise<number | null>): Promise<void> {
  const client = await connect(url)
  for (let waited = false; !waited;) {
    let committed = false
    const commit = client.query("comment on database postgres is 'probe'").then(() => (committed = true))
    while (!committed) waited = (await cancelWaiting()) !== 0 || waited
    await commit
  }
  await client.end()
}
