import pg from 'pg'

/** Runs SQL as a superuser, on a connection of its own. */
export async function query<Row extends object>(
  database: string,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new pg.Client(database)
  await client.connect()
  try {
    const { rows } = await client.query<Row>(sql, [...parameters])
    return rows
  } finally {
    await client.end()
  }
}

/** Makes a database on a server. @returns its URL */
export async function createDatabase(server: string, name: string): Promise<string> {
  await query(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/** Counts the statements that a database is sent from now on, by connections that are opened from now on. */
export async function countStatements(database: string): Promise<void> {
  await query(database, 'create extension if not exists pg_stat_statements')
  await query(database, `alter database ${new URL(database).pathname.slice(1)} set pg_stat_statements.track = 'top'`)
}

/** How often this database was asked for a session by its ID. */
export async function sessionReads(database: string): Promise<number> {
  const [row] = await query<{ calls: string | null }>(
    database,
    `select sum(calls)::text as calls from pg_stat_statements
where dbid = (select oid from pg_database where datname = current_database())
and query like '%from sessions left join users%'`,
  )
  return Number(row?.calls ?? 0)
}
