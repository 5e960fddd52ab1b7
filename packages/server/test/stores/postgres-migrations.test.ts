import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, afterEach, before, describe, test } from 'node:test'
import { readMigrations } from '../../src/stores/sql/migrations.ts'
import { migratePostgres } from '../../src/stores/postgres/migrate-postgres.ts'
import { openPostgresDatabase, openPostgresStore } from '../../src/stores/postgres/open-postgres-store.ts'
import { statement } from '../../src/stores/sql/statement.ts'
import { createTestDatabase, type TestDatabase } from './postgres-fixture.ts'

const ALL = readMigrations('postgres').map(({ name }) => name)

describe('opening PostgreSQL', () => {
  let server: TestDatabase
  before(async () => {
    server = await createTestDatabase()
  })
  after(() => server.drop())
  afterEach(() => server.query('drop schema if exists coatcheck cascade'))

  const refused = (opening: Promise<unknown>, sentence: RegExp) =>
    rejects(opening, (error: Error) => {
      equal(error.name, 'ConfigurationError')
      match(error.message, sentence)
      return true
    })
  const open = (url: string, migrate = true) => openPostgresStore({ url, migrate, connectTimeoutMs: 2_000 })

  test('› migrates once, into a schema of its own', async () => {
    deepEqual(await migratePostgres(server.url), ALL)
    deepEqual(await migratePostgres(server.url), [])
    const tables =
      "select table_schema from information_schema.tables where table_name in ('users', 'sessions', 'credentials')"
    deepEqual(
      await server.query(tables),
      Array.from({ length: 3 }, () => ({ table_schema: 'coatcheck' })),
    )
    await (await open(server.url, false)).close()
  })

  test('› migrates once when eight do it at the same time', async () => {
    const applied = await Promise.all(Array.from({ length: 8 }, () => migratePostgres(server.url)))
    deepEqual(
      applied.filter((names) => names.length > 0),
      [ALL],
    )
    const versions = await server.query('select version from coatcheck.schema_migrations order by version')
    deepEqual(
      versions,
      ALL.map((_, index) => ({ version: index + 1 })),
    )
  })

  test('› leaves nothing of a migration that fails', async () => {
    await server.query('create schema coatcheck')
    await server.query('create table coatcheck.sessions (id text)')
    await rejects(migratePostgres(server.url), { name: 'StoreUnavailable', outcome: 'nothing-written' })
    deepEqual(await server.query("select tablename from pg_tables where schemaname = 'coatcheck'"), [
      { tablename: 'sessions' },
    ])
  })

  test('› refuses a schema that is missing or behind, and names the command', async () => {
    await refused(open(server.url, false), /0001-users-and-sessions.*coatcheck migrate/)
    await migratePostgres(server.url)
    await server.query('delete from coatcheck.schema_migrations where version = $1', [ALL.length])
    await refused(open(server.url, false), new RegExp(`lacks ${ALL.at(-1)}.*coatcheck migrate`))
  })

  test('› starts on a schema that a newer Coatcheck has migrated, as long as that admits it', async () => {
    await migratePostgres(server.url)
    await server.query("insert into coatcheck.schema_migrations values (9999, '9999-of-tomorrow', 1, 0)")
    await (await open(server.url, false)).close()
    await (await open(server.url)).close()
    deepEqual(await migratePostgres(server.url), [])
  })

  test('› refuses a schema that a newer Coatcheck has migrated beyond it, migrating or not', async () => {
    await migratePostgres(server.url)
    await server.query("insert into coatcheck.schema_migrations values (9999, '9999-of-tomorrow', 9998, 0)")
    await server.query("insert into coatcheck.schema_migrations values (10000, '10000-of-the-day-after', 1, 0)")
    const sentence = /version 10000, which needs a Coatcheck that knows version 9998/
    await refused(open(server.url, false), sentence)
    await refused(open(server.url), sentence)
    await refused(migratePostgres(server.url), sentence)
  })

  test('› refuses a server that acknowledges before it has written [DESIGN 6]', async () => {
    await migratePostgres(server.url)
    const database = new URL(server.url).pathname.slice(1)
    await server.query(`alter database ${database} set synchronous_commit = off`)
    await refused(open(server.url, false), /synchronous_commit = off.*alter database/)
    await refused(migratePostgres(server.url), /synchronous_commit/)
    await server.query(`alter database ${database} reset synchronous_commit`)
    await (await open(server.url, false)).close()
  })

  test('› says what is wrong with a database, a user or a right, and never the password', async () => {
    const changed = (change: (url: URL) => void) => {
      const url = new URL(server.url)
      change(url)
      return url.href
    }
    await refused(open(changed((url) => (url.pathname = '/no_such_database'))), /no database of this name/)
    const role = `coatcheck_${randomBytes(4).toString('hex')}`
    await server.query(`create role ${role} login password 'hunter2-hunter2'`)
    const asRole = changed((url) => {
      url.username = role
      url.password = 'hunter2-hunter2'
    })
    await refused(open(asRole), /lacks a right/)
    const answers = async (url: string, sentence: RegExp) => {
      for (const migrate of [true, false]) {
        await rejects(open(url, migrate), (error: Error) => {
          equal(error.name, 'StoreUnavailable')
          match(error.message, /^((?!hunter2).)*$/)
          match(error.message, sentence)
          return true
        })
      }
    }
    await server.query(`alter role ${role} connection limit 0`)
    await answers(asRole, /PostgreSQL refused: too many connections .*\(53300\)\.$/)
    await answers(`${asRole}?sslmode=require`, /PostgreSQL refused: The server does not support SSL connections/)
    const nobody = /PostgreSQL does not answer at the host and port of the URL/
    await answers('postgres://u:hunter2-hunter2@127.0.0.1:1/x', nobody)
    await answers('postgres://u:hunter2-hunter2@host.invalid/x', nobody)
    await server.query(`drop role ${role}`)
    await refused(open('mysql://root:hunter2-hunter2@localhost/x'), /^((?!hunter2).)*$/)
  })

  test('› keeps the settings that the URL has, and adds its own', async () => {
    const url = new URL(server.url)
    url.searchParams.set('options', '-c work_mem=4321kB -c search_path=public')
    const database = await openPostgresDatabase({ url: url.href, migrate: true })
    const setting = async (name: string) =>
      (await database.read(statement(`show-${name}`, 'select current_setting($1) as value', [name])))[0]?.['value']
    equal(await setting('work_mem'), '4321kB')
    equal(await setting('search_path'), 'coatcheck')
    equal(await setting('default_transaction_isolation'), 'read committed')
    equal(await setting('statement_timeout'), '5s')
    equal(await setting('lock_timeout'), '2s')
    await database.close()
  })
})
