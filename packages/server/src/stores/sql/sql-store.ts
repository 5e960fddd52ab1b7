import type { SessionKeeping, Store } from '../../core/store.ts'
import { SealedSessionStore } from './sealed-session-store.ts'
import { statement } from './statement.ts'
import { SqlCredentialStore } from './sql-credential-store.ts'
import type { SqlDatabase } from './sql-database.ts'
import { SqlSessionDataStore } from './sql-session-data-store.ts'
import { SqlKeyMarks } from './sql-key-marks.ts'
import { SqlSessionStore } from './sql-session-store.ts'
import { SEALED, SqlUserStore, STORED } from './sql-user-store.ts'

/** Finds nothing and deletes nothing, but goes the whole way: a lock, a transaction, a commit. */
const PROBE_WRITE = statement('probe-write', "delete from sessions where id = ''", [])
const PROBE_READ = statement('probe-read', "select id from users where id = ''", [])

/** The stores over one database; with `sealed`, no session is a row. */
export function sqlStore(database: SqlDatabase, sessions: SessionKeeping = 'stored'): Store {
  const sealed = sessions === 'sealed'
  return {
    sessions: sealed ? new SealedSessionStore(database) : new SqlSessionStore(database),
    data: new SqlSessionDataStore(database),
    users: new SqlUserStore(database, sealed ? SEALED : STORED),
    credentials: new SqlCredentialStore(database),
    keyMarks: new SqlKeyMarks(database, sessions),
    changes: database.changes,
    readTime: () => database.readTime(),
    requireReady: () => requireReady(database),
    close: () => database.close(),
  }
}

async function requireReady(database: SqlDatabase): Promise<void> {
  await database.read(PROBE_READ)
  await database.write([PROBE_WRITE])
}
