import { randomUUID } from 'node:crypto'
import type { SessionKeeping, Store } from '../../core/store.ts'
import type { SqlDatabase } from '../sql/sql-database.ts'
import { sqlStore } from '../sql/sql-store.ts'
import { AbandonedBackends } from './abandoned-backends.ts'
import { migratePostgres, requireCurrentSchema } from './migrate-postgres.ts'
import { PostgresDatabase } from './postgres-database.ts'
import { openingFailure } from './postgres-error.ts'
import { createPool, type PostgresLimits } from './postgres-pool.ts'

/** Settings of the PostgreSQL store. */
export interface PostgresStoreOptions extends PostgresLimits {
  /** `postgres://user:password@host:port/database`, with the driver's parameters (`?sslmode=verify-full`, …). */
  readonly url: string
  /** Bring the schema up to date first. Otherwise one that lacks a migration stops the start. */
  readonly migrate: boolean
  /** How long this node trusts a heartbeat. 1,000 by default. */
  readonly leaseMs?: number
  /** `stored` by default. */
  readonly sessions?: SessionKeeping
}

/**
 * Opens the store in a PostgreSQL database, in the schema `coatcheck`. Any number of nodes may share it.
 *
 * @throws ConfigurationError when the URL, the user's rights, the schema's version or `synchronous_commit` cannot work
 * @throws StoreUnavailable when the server cannot be reached now, or is a standby
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  return sqlStore(await openPostgresDatabase(options), options.sessions)
}

/** The database beneath `openPostgresStore`. */
export async function openPostgresDatabase(options: PostgresStoreOptions): Promise<SqlDatabase> {
  if (options.migrate) await migratePostgres(options.url)
  const abandoned = new AbandonedBackends()
  const pool = createPool(options.url, options, abandoned)
  try {
    const client = await pool.connect()
    try {
      await requireCurrentSchema(client)
    } finally {
      client.release()
    }
  } catch (error) {
    await pool.end()
    throw openingFailure(error)
  }
  const { url, maxWaiting = 1_024, leaseMs = 1_000 } = options
  return new PostgresDatabase({ pool, url, maxWaiting, leaseMs, nodeId: randomUUID(), abandoned })
}
