import type { DatabaseSync } from 'node:sqlite'
import { StoreUnavailable } from '../../core/errors.ts'
import type { SessionKeeping, Store } from '../../core/store.ts'
import type { SqlDatabase, Unit, UnitOutcome } from '../sql/sql-database.ts'
import { sqlStore } from '../sql/sql-store.ts'
import type { Row, Statement } from '../sql/statement.ts'
import { PreparedStatements } from './prepared-statements.ts'
import { SqliteChangeFeed } from './sqlite-change-feed.ts'
import { openReader } from './sqlite-connection.ts'
import { requireDatabaseFile } from './sqlite-file.ts'
import { SqliteWriter } from './sqlite-writer.ts'

export { requireDatabasePath } from './sqlite-file.ts'

/** Settings of the embedded store. */
export interface SqliteStoreOptions {
  /** Path of the database's file; folder and file are created, for this user only, when they are missing. */
  readonly path: string
  /** How long a write waits for another process that is writing the same file. 5,000 by default. */
  readonly lockWaitMs?: number
  /** Writes that may wait; one more is `Busy`. 4,096 by default. */
  readonly maxQueued?: number
  /** `stored` by default. */
  readonly sessions?: SessionKeeping
}

/**
 * Opens the store in an SQLite file, and brings its schema up to date. Several processes may share the file.
 *
 * A write is answered when it is on the disk. Writes of many callers share one sync (group commit), in a thread of
 * their own; reads use a second connection in the calling thread.
 *
 * @throws ConfigurationError when the file cannot be one of ours, or a newer Coatcheck has migrated it
 * @throws StoreUnavailable when the database could not be opened now
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  return sqlStore(await openSqliteDatabase(options), options.sessions)
}

/** The database beneath `openSqliteStore`. */
export async function openSqliteDatabase(options: SqliteStoreOptions): Promise<SqlDatabase> {
  const { lockWaitMs = 5_000, maxQueued = 4_096 } = options
  const path = requireDatabaseFile(options.path)
  const writer = await SqliteWriter.start({ path, lockWaitMs }, maxQueued)
  try {
    return new SqliteDatabase(writer, openReader(path))
  } catch (error) {
    await writer.close()
    throw readFailure(error)
  }
}

class SqliteDatabase implements SqlDatabase {
  readonly changes: SqliteChangeFeed
  readonly #writer: SqliteWriter
  readonly #reader: DatabaseSync
  readonly #prepared: PreparedStatements
  #closed: Promise<void> | null = null

  constructor(writer: SqliteWriter, reader: DatabaseSync) {
    this.#writer = writer
    this.#reader = reader
    this.#prepared = new PreparedStatements(reader)
    this.changes = new SqliteChangeFeed(reader, this.#prepared, this)
  }

  /** One look into the page cache, without a thread between: done before the promise is returned. */
  read(statement: Statement): Promise<readonly Row[]> {
    try {
      return Promise.resolve(this.#prepared.rows(statement))
    } catch (error) {
      return Promise.reject(readFailure(error))
    }
  }

  write(unit: Unit): Promise<UnitOutcome> {
    return this.#writer.write(unit)
  }

  /** The clock of the machine is the database's clock. */
  readTime(): Promise<number> {
    return Promise.resolve(Date.now())
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    // Writes under way may still read; and the last connection to let go folds the log into the file.
    await this.#writer.drain()
    this.#reader.close()
    await this.#writer.close()
  }
}

function readFailure(cause: unknown): StoreUnavailable {
  return new StoreUnavailable('The database could not be read.', { outcome: 'nothing-written', cause })
}
