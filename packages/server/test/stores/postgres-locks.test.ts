import { deepEqual, equal, rejects } from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Client } from 'pg'
import type { Store } from '../../src/core/store.ts'
import { openPostgresStore } from '../../src/stores/postgres/open-postgres-store.ts'
import {
  aHash,
  ALIVE,
  aSessionOf,
  HOUR,
  NOW,
  register,
  requireSession,
  startAnonymous,
  startSession,
} from '../../src/testing/contract/records.ts'
import { createTestDatabase, type TestDatabase } from './postgres-fixture.ts'

const RAISE = 'update coatcheck.users set credential_revision = credential_revision + 1 where id = $1'

describe('locks on PostgreSQL', () => {
  let server: TestDatabase
  let store: Store
  let other: Client
  before(async () => {
    server = await createTestDatabase()
    const database = new URL(server.url).pathname.slice(1)
    await server.query(`alter database ${database} set deadlock_timeout = '50ms'`)
    store = await openPostgresStore({ url: server.url, migrate: true, lockTimeoutMs: 2_500, statementTimeoutMs: 5_000 })
    other = await server.connect()
    // Not the one that notices: in a deadlock the store's transaction is the victim.
    await other.query("set deadlock_timeout = '1min'")
  })
  after(async () => {
    await store.close()
    await server.drop()
  })

  /** Resolves once so many statements of the store wait for a lock. */
  async function untilWaiting(count = 1): Promise<void> {
    const waiting = `select count(*)::int as n from pg_stat_activity
      where application_name = 'coatcheck' and datname = current_database() and wait_event_type = 'Lock'`
    while ((await other.query<{ n: number }>(waiting)).rows[0]?.n !== count);
  }

  for (const replacing of [false, true]) {
    const what = replacing ? 'a sign-in that replaces a session' : 'a sign-in'
    test(`${what} › that finds a password change under way waits, and then gets no session`, async () => {
      const { user, credentialRevision } = await register(store)
      const anonymous = await startAnonymous(store)
      await other.query('begin')
      await other.query(RAISE, [user.id])
      const session = aSessionOf(user)
      const creation = store.sessions.create(session, {
        credentialRevision,
        replaces: replacing ? anonymous.id : null,
      })
      await untilWaiting()
      await other.query('commit')
      equal(await creation, 'user-changed')
      equal(await store.sessions.find(session.id), null)
      deepEqual(await requireSession(store, anonymous.id), anonymous)
    })
  }

  test('a sign-in › that finds a password change under way gets its session if that is given up', async () => {
    const { user, credentialRevision } = await register(store)
    await other.query('begin')
    await other.query(RAISE, [user.id])
    const creation = store.sessions.create(aSessionOf(user), { credentialRevision, replaces: null })
    await untilWaiting()
    await other.query('rollback')
    equal(await creation, 'created')
  })

  test('a password change › that finds a sign-in under way waits, and ends its session', async () => {
    const { user, credentialRevision, session } = await register(store)
    await other.query('begin')
    await other.query('select 1 from coatcheck.users where id = $1 and credential_revision = $2 for no key update', [
      user.id,
      credentialRevision,
    ])
    await other.query(
      `insert into coatcheck.sessions select 'from-sign-in-under-way', secret_hash, null, null, null, user_id, created_at,
       last_seen_at, expires_at, authenticated_at, methods, null, null, 0 from coatcheck.sessions where id = $1`,
      [session.id],
    )
    const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: session.id }
    const changing = store.credentials.changePassword(change)
    await untilWaiting()
    await other.query('commit')
    equal(await changing, true)
    deepEqual(await store.sessions.listByUser(user.id, ALIVE), [session])
  })

  test('touches and deletions › skip what is locked, and do the rest without waiting', async () => {
    const registered = await register(store)
    const [locked, free] = [await startSession(store, registered), await startSession(store, registered)]
    const old = { expiresAt: 1_000, lastSeenAt: 1_000 }
    const [lockedOld, freeOld] = [
      await startSession(store, registered, old),
      await startSession(store, registered, old),
    ]
    await other.query('begin')
    await other.query('select 1 from coatcheck.sessions where id in ($1, $2) for update', [locked.id, lockedOld.id])
    await store.sessions.touchMany([locked, free].map(({ id }) => ({ sessionId: id, seenAt: NOW + 1 })))
    equal(await store.sessions.deleteExpired({ now: 1_000, idleSince: 0 }, 10), 1)
    await other.query('commit')
    equal((await requireSession(store, locked.id)).lastSeenAt, NOW)
    equal((await requireSession(store, free.id)).lastSeenAt, NOW + 1)
    equal(await store.sessions.find(freeOld.id), null)
    equal((await requireSession(store, lockedOld.id)).id, lockedOld.id)
  })

  test('ending a user’s sessions › locks them in the order of their IDs, the kept one too', async () => {
    const registered = await register(store)
    const { user, credentialRevision } = registered
    await startSession(store, registered)
    const { rows: ids } = await other.query<{ id: string }>(
      'select id from coatcheck.sessions where user_id = $1 order by id',
      [user.id],
    )
    const [lowest, highest] = ids.map(({ id }) => id)
    equal(ids.length, 2)
    await other.query('begin')
    await other.query('select 1 from coatcheck.sessions where id = $1 for update', [lowest])
    const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: lowest ?? '' }
    const changing = store.credentials.changePassword(change)
    await untilWaiting()
    const { rows } = await other.query('select 1 from coatcheck.sessions where id = $1 for update nowait', [highest])
    equal(rows.length, 1, 'whoever waits for the lower ID must not hold the higher one')
    await other.query('commit')
    equal(await changing, true)
    deepEqual(
      (await store.sessions.listByUser(user.id, ALIVE)).map(({ id }) => id),
      [lowest],
    )
  })

  test('a deadlock › is resolved by doing the unit once more', async () => {
    const registered = await register(store)
    const { user, credentialRevision } = registered
    await startSession(store, registered)
    const { rows: ids } = await other.query<{ id: string }>(
      'select id from coatcheck.sessions where user_id = $1 order by id',
      [user.id],
    )
    const third = await server.connect()
    await third.query('begin')
    await third.query('select 1 from coatcheck.sessions where id = $1 for update', [ids[0]?.id])
    await other.query('begin')
    await other.query('select 1 from coatcheck.sessions where id = $1 for update', [ids[1]?.id])
    const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: null }
    const changing = store.credentials.changePassword(change)
    await untilWaiting()
    // The store holds the user and waits for the first session. Before it comes to wait for the second one, whose holder
    // must wait for the user: a server looks for a deadlock once in a wait, and would not see one that came later.
    const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid')
    const waiting = other.query('update coatcheck.users set name = name where id = $1', [user.id])
    const waits = "select 1 from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'"
    while ((await third.query(waits, [rows[0]?.pid])).rowCount === 0);
    await third.query('commit')
    await waiting
    await other.query('commit')
    equal(await changing, true)
    deepEqual(await store.sessions.listByUser(user.id, ALIVE), [])
  })

  test('a lock › that is not given in time leaves nothing written, and says so', async () => {
    const { user, session, credentialRevision } = await register(store)
    await other.query('begin')
    await other.query('select 1 from coatcheck.users where id = $1 for update', [user.id])
    await other.query('select 1 from coatcheck.sessions where id = $1 for update', [session.id])
    const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: null }
    const failure = { name: 'StoreUnavailable', outcome: 'nothing-written' }
    await Promise.all([
      rejects(store.credentials.changePassword(change), failure),
      rejects(store.sessions.revoke(session.id), failure),
      rejects(store.sessions.create(aSessionOf(user), { credentialRevision, replaces: null }), failure),
    ])
    await other.query('commit')
    deepEqual(await store.sessions.listByUser(user.id, ALIVE), [session])
    equal(await store.sessions.revoke(session.id), true)
  })

  test('a backend › that is terminated amid a unit is an unknown outcome, and nothing half-made is seen', async () => {
    const { user, session, credentialRevision, passwordHash } = await register(store)
    await other.query('begin')
    await other.query('select 1 from coatcheck.sessions where id = $1 for update', [session.id])
    const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: null }
    const changing = store.credentials.changePassword(change)
    const failed = rejects(changing, { name: 'StoreUnavailable', outcome: 'unknown' })
    await untilWaiting()
    await other.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'coatcheck' and datname = current_database() and wait_event_type = 'Lock'`)
    await failed
    await other.query('rollback')
    const found = await store.credentials.findPassword({ email: user.email })
    deepEqual(found, { user, credentialRevision, passwordHash, epoch: 0 })
    deepEqual(await store.sessions.listByUser(user.id, { ...ALIVE, idleSince: NOW - HOUR }), [session])
  })
})
