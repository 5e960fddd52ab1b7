import { equal, notDeepEqual } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openPostgresDatabase } from '../../src/stores/postgres/open-postgres-store.ts'
import { openSqliteDatabase } from '../../src/stores/sqlite/open-sqlite-store.ts'
import { createTestDatabase, type TestDatabase } from '../stores/postgres-fixture.ts'
import { casesThatFail, type Mutation, notRequiringRow, without } from './mutant.ts'

const PASSWORD_CHANGE = 'a sign-in that races a password change › leaves no session'
const DISABLING = 'a sign-in that races the disabling of its user › leaves no session'
const SESSION_COLLIDES = 'a registration › whose session ID exists leaves no user behind'
const ROTATIONS = 'two rotations at once › one wins'
const LIMIT = 'sign-ins at once › leave a user 100 sessions'
const NONE_CREATED = 'an operation › on a session that is not there creates none'
const ONE_EMAIL = 'fifty registrations of one email at once › one is created'

const noRevision = without('insert-signed-in-session', 'and users.credential_revision = $15', 'and $15 > 0')
const noLock = without('insert-signed-in-session', 'for no key update')
const sharedLock = without('insert-signed-in-session', 'for no key update', 'for share')
const noCompare = without('rotate-secret', 'and secret_hash = $2', "and $2 <> ''")

/** What `insert or replace`, or a cache that writes back what it has, would do. */
const revivingTouch: Mutation = {
  name: 'touch-sessions',
  change: (statement) => ({
    ...statement,
    sql: `insert into sessions (id, secret_hash, created_at, last_seen_at, expires_at, methods, revision)
select seen.key, '', 0, cast(cast(seen.value as text) as bigint), 9007199254740991, '', 0 from json_each($1) as seen
where true
on conflict (id) do update set last_seen_at = excluded.last_seen_at
where sessions.last_seen_at < excluded.last_seen_at`,
  }),
}

describe('the contract notices a store that is broken on purpose', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-mutants-'))
  let database: TestDatabase
  before(async () => {
    database = await createTestDatabase()
  })
  after(async () => {
    rmSync(folder, { recursive: true })
    await database.drop()
  })
  const sqlite = () => openSqliteDatabase({ path: join(folder, 'mutants.db') })
  const postgres = () => openPostgresDatabase({ url: database.url, migrate: true })

  const both: readonly (readonly [string, Mutation, string])[] = [
    ['a sign-in that does not compare the credential revision', noRevision, PASSWORD_CHANGE],
    ['a registration that goes on without its session', notRequiringRow('insert-session'), SESSION_COLLIDES],
    ['a registration that goes on without its user', notRequiringRow('insert-user'), ONE_EMAIL],
    ['a rotation that does not compare the secret', noCompare, ROTATIONS],
    ['a touch that brings a revoked session back [promise 2]', revivingTouch, NONE_CREATED],
  ]
  for (const [defect, mutation, title] of both) {
    test(`SQLite: ${defect}`, async () => notDeepEqual(await casesThatFail(sqlite, mutation, title), []))
    test(`PostgreSQL: ${defect}`, async () => notDeepEqual(await casesThatFail(postgres, mutation, title), []))
  }

  for (const [defect, mutation, title] of [
    ['does not lock its user', noLock, PASSWORD_CHANGE],
    ['does not lock its user', noLock, DISABLING],
    ['shares the lock on its user with other sign-ins', sharedLock, LIMIT],
  ] as const) {
    // A race: it need not be lost in each run of the case, but in one of a few.
    test(`PostgreSQL: a sign-in that ${defect} (${title.slice(0, 45)}…)`, async () => {
      let noticed = false
      for (let run = 0; run < 5 && !noticed; run += 1) {
        noticed = (await casesThatFail(postgres, mutation, title)).length > 0
      }
      equal(noticed, true)
    })
  }
})
