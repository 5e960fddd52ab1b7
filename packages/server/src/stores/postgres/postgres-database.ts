import type { Pool, PoolClient } from 'pg'
import { Busy, StoreUnavailable } from '../../core/errors.ts'
import type { SqlDatabase, Unit, UnitOutcome } from '../sql/sql-database.ts'
import { statement, type Row, type Statement } from '../sql/statement.ts'
import { isConnectionFailure, isWorthAnotherTry, provesNothingWritten, unavailable } from './postgres-error.ts'
import { sendUnit } from './unit-query.ts'

/** How often a unit is sent that the server undid for the sake of another one (deadlock, serialization failure). */
const ATTEMPTS = 5

const READ_TIME = statement(
  'read-time',
  'select cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint) as now',
  [],
)

/** PostgreSQL beneath the stores. */
export class PostgresDatabase implements SqlDatabase {
  readonly #pool: Pool
  readonly #maxWaiting: number
  readonly #underWay = new Set<Promise<unknown>>()
  #closed: Promise<void> | null = null

  constructor(pool: Pool, maxWaiting: number) {
    this.#pool = pool
    this.#maxWaiting = maxWaiting
  }

  read(query: Statement): Promise<readonly Row[]> {
    return this.#untilClosed(() => this.#read(query))
  }

  write(unit: Unit): Promise<UnitOutcome> {
    return this.#untilClosed(async () => {
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await this.#attempt(unit, attempt < ATTEMPTS)
        if (outcome) return outcome
      }
    })
  }

  async readTime(): Promise<number> {
    const [row] = await this.read(READ_TIME)
    return Number(row?.['now'])
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    // The pool itself would leave those who wait for a connection waiting until they time out.
    await Promise.allSettled(this.#underWay)
    await this.#pool.end()
  }

  /** A connection that broke under a read is no answer: the read is sent once more, on another. */
  async #read(query: Statement): Promise<readonly Row[]> {
    try {
      return await this.#readOnce(query)
    } catch (error) {
      if (!isConnectionFailure(error)) throw this.#readFailure(error)
    }
    try {
      return await this.#readOnce(query)
    } catch (error) {
      throw this.#readFailure(error)
    }
  }

  #readFailure(error: unknown): Error {
    return error instanceof Busy ? error : unavailable('nothing-written', error)
  }

  async #readOnce({ name, sql, params }: Statement): Promise<readonly Row[]> {
    const client = await this.#checkOut()
    try {
      const { rows } = await client.query<Row>({ name, text: sql, values: [...params] })
      client.release()
      return rows
    } catch (error) {
      client.release(true)
      throw error
    }
  }

  /** Null when the unit was undone by the server for the sake of another one, and may be sent again. */
  async #attempt(unit: Unit, mayRetry: boolean): Promise<UnitOutcome | null> {
    const client = await this.#checkOutForWriting()
    const warnings: Error[] = []
    const listen = (notice: { readonly message?: string | undefined; readonly routine?: string | undefined }) => {
      // The commit is on this server's disk only: the wait for its standby was cancelled, and a failover would lose it.
      if (notice.routine === 'SyncRepWaitForLSN') warnings.push(new Error(notice.message))
    }
    client.on('notice', listen)
    const answer = await sendUnit(client, unit)
    client.off('notice', listen)
    // What it went through is unclear after any error: a new connection costs less than a wrong guess.
    client.release(answer.kind === 'failed')
    if (warnings.length > 0) throw unavailable('unknown', warnings[0])
    if (answer.kind === 'done') return answer.outcome
    if (mayRetry && isWorthAnotherTry(answer.error)) return null
    const nothingWritten = provesNothingWritten(answer.error, answer.progress)
    throw unavailable(nothingWritten ? 'nothing-written' : 'unknown', answer.error)
  }

  async #checkOutForWriting(): Promise<PoolClient> {
    try {
      return await this.#checkOut()
    } catch (error) {
      if (error instanceof Busy) throw error
      throw unavailable('nothing-written', error)
    }
  }

  #checkOut(): Promise<PoolClient> {
    // Those for whom a connection is idle are being served, and only counted as waiting until the next tick.
    if (this.#pool.waitingCount - this.#pool.idleCount >= this.#maxWaiting) {
      return Promise.reject(new Busy('Too many wait for a connection to the database.', 1))
    }
    return this.#pool.connect()
  }

  #untilClosed<T>(run: () => Promise<T>): Promise<T> {
    if (this.#closed) {
      return Promise.reject(new StoreUnavailable('The store is closed.', { outcome: 'nothing-written' }))
    }
    const promise = run()
    this.#underWay.add(promise)
    const forget = () => this.#underWay.delete(promise)
    promise.then(forget, forget)
    return promise
  }
}
