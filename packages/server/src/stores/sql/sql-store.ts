import type { Store } from '../../core/store.ts'
import { SqlCredentialStore } from './sql-credential-store.ts'
import type { SqlDatabase } from './sql-database.ts'
import { SqlSessionStore } from './sql-session-store.ts'
import { SqlUserStore } from './sql-user-store.ts'

/** The three stores over one database. */
export function sqlStore(database: SqlDatabase): Store {
  return {
    sessions: new SqlSessionStore(database),
    users: new SqlUserStore(database),
    credentials: new SqlCredentialStore(database),
    readTime: () => database.readTime(),
    close: () => database.close(),
  }
}
