import type { Pool, PoolClient } from 'pg'
import { Busy, StoreUnavailable } from '../../core/errors.ts'
import type { Instant } from '../../core/session/lease.ts'
import type { SqlDatabase, Unit, UnitOutcome } from '../sql/sql-database.ts'
import { statement, type Row, type Statement } from '../sql/statement.ts'
import type { AbandonedBackends } from './abandoned-backends.ts'
import { PostgresChangeFeed } from './postgres-change-feed.ts'
import { isConnectionFailure, isWorthAnotherTry, provesNothingWritten, unavailable } from './postgres-error.ts'
import { instant, Primary } from './primary.ts'
import { identityOf, type ServerIdentity } from './server-identity.ts'
import { sendUnit } from './unit-query.ts'

/** How often a unit is sent that the server undid for the sake of another one (deadlock, serialization failure). */
const ATTEMPTS = 5

/** A write that waits for the standby, whatever the database's own setting; on a row of its own, since the feed has one. */
function proveStatements(nodeId: string): Unit {
  return [
    statement('wait-for-standby', "select set_config('synchronous_commit', 'on', true)", []),
    statement(
      'prove-primary',
      `insert into nodes (id, lease_ms, beat_at) values ($1, 0, clock_timestamp())
on conflict (id) do update set beat_at = excluded.beat_at`,
      [`${nodeId} read`],
    ),
  ]
}

const READ_TIME = statement(
  'read-time',
  'select cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint) as now',
  [],
)

/** What a node's way to PostgreSQL is made of. */
export interface PostgresParts {
  readonly pool: Pool
  readonly url: string
  /** Callers that may wait for a connection. */
  readonly maxWaiting: number
  /** How long after a confirmed write a server is believed to be the primary. */
  readonly leaseMs: number
  /** This node's own name, random. */
  readonly nodeId: string
  readonly abandoned: AbandonedBackends
}

/** PostgreSQL beneath the stores. */
export class PostgresDatabase implements SqlDatabase {
  readonly changes: PostgresChangeFeed
  readonly #parts: PostgresParts
  readonly #primary: Primary
  readonly #underWay = new Set<Promise<unknown>>()
  /** Connections made before the last renewal are not used again. */
  #renewals = 0
  readonly #madeAfter = new WeakMap<PoolClient, number>()
  #proof: Promise<void> | null = null
  #closed: Promise<void> | null = null

  constructor(parts: PostgresParts) {
    this.#parts = parts
    this.#primary = new Primary(parts.leaseMs)
    const { pool, url, nodeId, abandoned } = parts
    const renewPool = (): void => void (this.#renewals += 1)
    this.changes = new PostgresChangeFeed({
      url,
      nodeId,
      abandoned,
      primary: this.#primary,
      database: this,
      renewPool,
    })
    pool.on('connect', (client) => this.#madeAfter.set(client, this.#renewals))
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
    await this.changes.close()
    await this.#parts.pool.end()
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
    const startedAt = instant()
    const client = await this.#checkOut()
    let rows: readonly Row[]
    try {
      rows = (await client.query<Row>({ name, text: sql, values: [...params] })).rows
    } catch (error) {
      this.#abandon(client)
      throw error
    }
    client.release()
    await this.#requirePrimary(identityOf(client), startedAt)
    return rows
  }

  /** @throws when the server that was read may have been left behind by a failover; see `Primary` */
  async #requirePrimary({ key, synchronous }: ServerIdentity, startedAt: Instant): Promise<void> {
    this.#primary.poolIsOn(key)
    if (!synchronous && !this.#primary.isSynchronous(key)) return
    // One proof for all who wait; one that was under way already may be too old by the time it comes.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (this.#primary.isBelieved(key, startedAt)) return
      this.#proof ??= this.#prove().finally(() => (this.#proof = null))
      await this.#proof
    }
    if (!this.#primary.isBelieved(key, startedAt)) throw new Error('the server that was read is not the primary')
  }

  async #prove(): Promise<void> {
    const client = await this.#checkOut()
    const sentAt = instant()
    await this.#send(client, proveStatements(this.#parts.nodeId), false)
    this.#primary.confirm({ server: identityOf(client).key, sentAt, synchronous: true })
  }

  /** Null when the unit was undone by the server for the sake of another one, and may be sent again. */
  async #attempt(unit: Unit, mayRetry: boolean): Promise<UnitOutcome | null> {
    return this.#send(await this.#checkOutForWriting(), unit, mayRetry)
  }

  async #send(client: PoolClient, unit: Unit, mayRetry: boolean): Promise<UnitOutcome | null> {
    const warnings: Error[] = []
    const listen = (notice: { readonly message?: string | undefined; readonly routine?: string | undefined }) => {
      // The commit is on this server's disk only: the wait for its standby was cancelled, and a failover would lose it.
      if (notice.routine === 'SyncRepWaitForLSN') warnings.push(new Error(notice.message))
    }
    client.on('notice', listen)
    const answer = await sendUnit(client, unit)
    client.off('notice', listen)
    // What it went through is unclear after any error: a new connection costs less than a wrong guess.
    if (answer.kind === 'failed') this.#abandon(client)
    else client.release()
    if (warnings.length > 0) throw unavailable('unknown', warnings[0])
    if (answer.kind === 'done') return answer.outcome
    if (mayRetry && isWorthAnotherTry(answer.error)) return null
    const nothingWritten = provesNothingWritten(answer.error, answer.progress)
    throw unavailable(nothingWritten ? 'nothing-written' : 'unknown', answer.error)
  }

  /** Lets go of a connection in the middle of something. */
  #abandon(client: PoolClient): void {
    this.#parts.abandoned.add(client)
    client.release(true)
  }

  async #checkOutForWriting(): Promise<PoolClient> {
    try {
      return await this.#checkOut()
    } catch (error) {
      if (error instanceof Busy) throw error
      throw unavailable('nothing-written', error)
    }
  }

  async #checkOut(): Promise<PoolClient> {
    const { pool, maxWaiting } = this.#parts
    // Those for whom a connection is idle are being served, and only counted as waiting until the next tick.
    if (pool.waitingCount - pool.idleCount >= maxWaiting) {
      throw new Busy('Too many wait for a connection to the database.', 1)
    }
    for (;;) {
      const client = await pool.connect()
      if (this.#madeAfter.get(client) === this.#renewals) return client
      client.release(true)
    }
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
