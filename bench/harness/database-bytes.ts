import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { query } from './sql.ts'

/** How large a database is on the disk, in bytes; of SQLite with its log written back. */
export async function databaseBytes(database: string): Promise<number> {
  if (!database.startsWith('postgres:')) {
    const file = new DatabaseSync(database)
    file.exec('pragma wal_checkpoint(truncate)')
    file.close()
    return statSync(database).size
  }
  const [row] = await query<{ bytes: string }>(database, 'select pg_database_size(current_database())::text as bytes')
  return Number(row?.bytes)
}
