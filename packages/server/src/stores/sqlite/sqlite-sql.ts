/** Row locks: SQLite has one writer at a time and no clause for them. */
const LOCKING_CLAUSE = /^for (?:update|no key update|share|key share)(?: of [a-z_]+)?(?: skip locked| nowait)?$/gm

/**
 * The shared SQL in SQLite's dialect: `$1` is `?1`, and a locking clause, which stands on a line of its own, is gone.
 * A clause written elsewhere stays, and is a syntax error here: a slip cannot pass unnoticed.
 */
export function sqliteSql(sql: string): string {
  return sql.replace(/\$(\d+)/g, '?$1').replace(LOCKING_CLAUSE, '')
}
