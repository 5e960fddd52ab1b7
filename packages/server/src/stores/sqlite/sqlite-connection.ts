import { DatabaseSync } from 'node:sqlite'
import { ConfigurationError } from '../../core/errors.ts'
import {
  appliedFrom,
  CREATE_MIGRATIONS_TABLE,
  INSERT_VERSION,
  pendingMigrations,
  readMigrations,
  SELECT_APPLIED,
} from '../sql/migrations.ts'
import { sqliteReason } from './sqlite-file.ts'
import { sqliteSql } from './sqlite-sql.ts'

/** SQLITE_BUSY: another connection holds the lock. */
const BUSY = 5

/**
 * Opens the one connection that writes: write-ahead log, every commit synced to disk, schema up to date.
 *
 * @param path        absolute; the file exists
 * @param lockWaitMs  how long to wait for another process that is writing
 * @throws ConfigurationError when the file is no database for us; other errors are SQLite's own
 */
export function openWriter(path: string, lockWaitMs: number): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: lockWaitMs, enableForeignKeyConstraints: true })
    setUp(database, lockWaitMs)
    return database
  } catch (error) {
    database?.close()
    const reason = sqliteReason(error)
    if (reason === null) throw error
    throw new ConfigurationError(`COATCHECK_DATABASE: ${path} ${reason}`, { cause: error })
  }
}

/** Opens a connection that only reads; it never waits long, as it is used where requests are served. */
export function openReader(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, timeout: 500 })
}

function setUp(database: DatabaseSync, lockWaitMs: number): void {
  requireWriteAheadLog(database, lockWaitMs)
  // FULL: every commit waits for the disk. The other two ask the same of macOS, whose fsync alone does not.
  database.exec('pragma synchronous = full; pragma fullfsync = on; pragma checkpoint_fullfsync = on')
  migrate(database)
}

/** @throws ConfigurationError when the disk cannot share memory between processes (most network file systems) */
export function requireWriteAheadLog(database: DatabaseSync, lockWaitMs: number): void {
  const giveUpAt = performance.now() + lockWaitMs
  for (;;) {
    try {
      const mode = database.prepare('pragma journal_mode = wal').get()?.['journal_mode']
      if (mode === 'wal') return
      throw new ConfigurationError(
        "COATCHECK_DATABASE: this disk cannot keep SQLite's write-ahead log (a network file system?). Use a local disk, or PostgreSQL.",
      )
    } catch (error) {
      // Two processes that create one database at once: SQLite does not wait here by itself.
      const busy = error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === BUSY
      if (!busy || performance.now() > giveUpAt) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

/** Brings the schema up to date in one transaction; the lock keeps two processes from doing it at once. */
function migrate(database: DatabaseSync): void {
  const known = readMigrations('sqlite')
  database.exec('begin immediate')
  try {
    database.exec(CREATE_MIGRATIONS_TABLE)
    const applied = database
      .prepare(SELECT_APPLIED)
      .all()
      .map((row) => appliedFrom(row))
    for (const { version, name, oldestReader, sql } of pendingMigrations(known, applied)) {
      database.exec(sql)
      database.prepare(sqliteSql(INSERT_VERSION)).run(version, name, oldestReader, Date.now())
    }
    database.exec('commit')
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}
