import pg, { type ClientBase } from 'pg'
import { ConfigurationError } from '../../core/errors.ts'
import {
  type AppliedMigration,
  appliedFrom,
  CREATE_MIGRATIONS_TABLE,
  INSERT_VERSION,
  pendingMigrations,
  readMigrations,
  SELECT_APPLIED,
} from '../sql/migrations.ts'
import { connectionString, SCHEMA } from './connection-string.ts'
import { openingFailure } from './postgres-error.ts'
import { requireTrustworthy } from './server-identity.ts'

/** The advisory lock under which migrations run, one process at a time: "coat" in ASCII. */
const LOCK = 0x636f6174
/** How long a migration waits for another one, or for a lock on a table. */
const LOCK_WAIT_MS = 60_000

/**
 * Brings the schema up to date, in one transaction: all of it, or nothing. Does nothing when it is current. Several
 * processes may do this at once.
 *
 * @returns the names of the migrations that were applied now
 * @throws ConfigurationError when a newer Coatcheck has migrated the database beyond this one, or the user may not
 * @throws StoreUnavailable when the database cannot be reached
 */
export async function migratePostgres(url: string): Promise<readonly string[]> {
  const client = new pg.Client({
    connectionString: connectionString(url),
    application_name: 'coatcheck migrate',
    connectionTimeoutMillis: 5_000,
    lock_timeout: LOCK_WAIT_MS,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await requireTrustworthy(client, SCHEMA)
    return await migrate(client)
  } catch (error) {
    throw openingFailure(error)
  } finally {
    // Ending the connection also ends a transaction that failed.
    await client.end()
  }
}

/**
 * @throws ConfigurationError when the schema lacks a migration that this code knows, or is for newer code only
 */
export async function requireCurrentSchema(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [
    `${SCHEMA}.schema_migrations`,
  ])
  const applied = rows[0]?.found ? await appliedMigrations(client) : []
  const pending = pendingMigrations(readMigrations('postgres'), applied)
  if (pending.length > 0) {
    throw new ConfigurationError(
      `COATCHECK_DATABASE: the schema lacks ${pending.map(({ name }) => name).join(', ')}. Run "coatcheck migrate" first.`,
    )
  }
}

async function migrate(client: ClientBase): Promise<readonly string[]> {
  await client.query('begin')
  await client.query('select pg_advisory_xact_lock($1)', [LOCK])
  await client.query(`create schema if not exists ${SCHEMA}`)
  await client.query(CREATE_MIGRATIONS_TABLE)
  const pending = pendingMigrations(readMigrations('postgres'), await appliedMigrations(client))
  for (const { version, name, oldestReader, sql } of pending) {
    await client.query(sql)
    await client.query(INSERT_VERSION, [version, name, oldestReader, Date.now()])
  }
  await client.query('commit')
  return pending.map(({ name }) => name)
}

async function appliedMigrations(client: ClientBase): Promise<readonly AppliedMigration[]> {
  const { rows } = await client.query<Record<string, unknown>>(SELECT_APPLIED)
  return rows.map((row) => appliedFrom(row))
}
