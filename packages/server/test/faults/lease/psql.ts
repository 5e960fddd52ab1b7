import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

/** Runs one statement on a connection of its own. */
export type Query = (sql: string, params?: readonly unknown[]) => Promise<Record<string, unknown>[]>

const PERSIST_MS = 30_000

/** Somebody who types SQL, straight to the server: no proxy stands between. */
export class Psql {
  #pool: pg.Pool

  constructor(url: string) {
    this.#pool = open(url)
  }

  /** Types to another server from now on. */
  async switchTo(url: string): Promise<void> {
    const before = this.#pool
    this.#pool = open(url)
    await before.end()
  }

  /** What `run` does happens on one connection. @throws Error what the server or the connection says */
  async on<Result>(run: (query: Query) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect()
    let fine = false
    try {
      const result = await run(async (sql, params = []) => {
        const answer = await client.query<Record<string, unknown>>(sql, [...params])
        return answer.rows
      })
      fine = true
      return result
    } finally {
      client.release(!fine)
    }
  }

  /** The same in one transaction, tried again while the server is away. */
  async persist(run: (query: Query) => Promise<void>): Promise<void> {
    const giveUp = performance.now() + PERSIST_MS
    for (;;) {
      try {
        await this.on(async (query) => {
          await query('begin')
          await run(query)
          await query('commit')
        })
        return
      } catch (error) {
        if (performance.now() > giveUp) throw error
        await wait(50)
      }
    }
  }

  /** One statement; whether it was acknowledged. Never throws. */
  acknowledges(run: (query: Query) => Promise<unknown>): Promise<boolean> {
    return this.on(run).then(
      () => true,
      () => false,
    )
  }

  close(): Promise<void> {
    return this.#pool.end()
  }
}

function open(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'psql',
    max: 8,
    connectionTimeoutMillis: 3_000,
    query_timeout: 2_500,
  })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
