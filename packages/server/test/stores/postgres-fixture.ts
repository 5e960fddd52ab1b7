import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** A database of one's own on the tests' PostgreSQL. */
export interface TestDatabase {
  /** Its URL, as a superuser. */
  readonly url: string
  /** Runs SQL as a superuser in this database, outside the store. */
  query(sql: string, params?: readonly unknown[]): Promise<Record<string, unknown>[]>
  /** A connection of one's own, for what a transaction must hold open. */
  connect(): Promise<pg.Client>
  drop(): Promise<void>
}

/** Creates a database. Throws a sentence when the tests were not given a PostgreSQL: they do not pass without one. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = requireServer()
  const name = `coatcheck_test_${randomBytes(6).toString('hex')}`
  await run(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const connections: pg.Client[] = []
  return {
    url: url.href,
    query: (sql, params) => run(url.href, sql, params),
    async connect() {
      const client = new pg.Client(url.href)
      client.on('error', () => {})
      connections.push(client)
      await client.connect()
      return client
    },
    async drop() {
      await Promise.all(connections.map((client) => client.end()))
      await run(server, `drop database ${name} with (force)`)
    },
  }
}

/** URL of the server that the tests may do anything to. */
export function requireServer(): string {
  const url = process.env['COATCHECK_TEST_POSTGRES']
  if (!url) {
    throw new Error(
      'COATCHECK_TEST_POSTGRES is not set: these tests need the URL of a PostgreSQL superuser. npm test starts one.',
    )
  }
  return url
}

async function run(url: string, sql: string, params: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql, [...params])
    return rows
  } finally {
    await client.end()
  }
}
