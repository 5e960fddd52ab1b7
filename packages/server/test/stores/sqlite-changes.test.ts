import { deepEqual, equal } from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import type { Change } from '../../src/core/session/change-feed.ts'
import type { Store } from '../../src/core/store.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts'
import { register, startAnonymous } from '../../src/testing/contract/records.ts'
import { temporaryFolder } from './temporary-folder.ts'

const LEASE_MS = 1_000

describe('plain SQL on the SQLite file, by another program, is heard with the next heartbeat', () => {
  const folder = temporaryFolder(after)
  const path = join(folder, 'changes.db')
  let store: Store
  let other: DatabaseSync
  before(async () => {
    store = await openSqliteStore({ path })
    other = new DatabaseSync(path, { timeout: 5_000 })
  })
  after(async () => {
    other.close()
    await store.close()
  })

  const heardAfter = async (run: () => unknown): Promise<readonly Change[]> => {
    await store.changes.beat(LEASE_MS)
    run()
    const beat = await store.changes.beat(LEASE_MS)
    equal(beat.continuous, true)
    return beat.changes
  }

  test('sessions that were deleted, moved to another end, or made idle; not one that was used', async () => {
    for (const [sql, told] of [
      ['delete from sessions where id = ?', true],
      ['update sessions set expires_at = 0 where id = ?', true],
      ['update sessions set last_seen_at = 0 where id = ?', true],
      ['update sessions set last_seen_at = last_seen_at + 1 where id = ?', false],
    ] as const) {
      const { id } = await startAnonymous(store)
      deepEqual(await heardAfter(() => other.prepare(sql).run(id)), told ? [{ kind: 'session', id }] : [], sql)
    }
  })

  test('users who were disabled or renamed', async () => {
    for (const sql of ['update users set disabled_at = 1 where id = ?', "update users set name = 'Ada' where id = ?"]) {
      const { user } = await register(store)
      deepEqual(await heardAfter(() => other.prepare(sql).run(user.id)), [{ kind: 'user', id: user.id }], sql)
    }
  })

  test('rows that were overwritten by `or replace`, which fires no trigger on delete', async () => {
    const { id } = await startAnonymous(store)
    const copy = `insert or replace into sessions select * from sessions where id = ?`
    deepEqual(await heardAfter(() => other.prepare(copy).run(id)), [{ kind: 'session', id }])
    const [ada, bob] = [await register(store), await register(store)]
    const take = 'update or replace users set email = (select email from users where id = ?) where id = ?'
    const changes = await heardAfter(() => other.prepare(take).run(ada.user.id, bob.user.id))
    const users = changes.filter(({ kind }) => kind === 'user').map((change) => ('id' in change ? change.id : ''))
    deepEqual(new Set(users), new Set([ada.user.id, bob.user.id]))
  })

  test('more changes than anybody lists empty everything', async () => {
    await store.changes.beat(LEASE_MS)
    other.exec(`insert into changes (kind, id)
with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000) select 'session', i from n`)
    equal((await store.changes.beat(LEASE_MS)).continuous, false)
    equal((await store.changes.beat(LEASE_MS)).continuous, true)
  })

  test('changes that were trimmed unheard, by a clock that is ahead, empty everything', async () => {
    for (const trimmed of [
      'seq > 0',
      'seq = (select max(seq) from changes)',
      'seq = (select max(seq) - 1 from changes)',
    ]) {
      const ids = [(await startAnonymous(store)).id, (await startAnonymous(store)).id]
      await store.changes.beat(LEASE_MS)
      for (const id of ids) other.prepare('delete from sessions where id = ?').run(id)
      other.exec(`delete from changes where ${trimmed}`)
      equal((await store.changes.beat(LEASE_MS)).continuous, false, trimmed)
      equal((await store.changes.beat(LEASE_MS)).continuous, true, trimmed)
      const { id } = await startAnonymous(store)
      deepEqual(await heardAfter(() => other.prepare('delete from sessions where id = ?').run(id)), [
        { kind: 'session', id },
      ])
    }
  })

  test('changes are deleted after an hour', async () => {
    const count = (): number => Number(other.prepare('select count(*) as n from changes').get()?.['n'])
    const { id } = await startAnonymous(store)
    await store.sessions.revoke(id)
    other.exec('update changes set at = at - 3700 where seq <= (select max(seq) - 1 from changes)')
    while (count() > 1) await store.changes.trim()
    equal(count(), 1)
  })
})
