import type { Connection, PoolClient, Submittable } from 'pg'
import type { Unit, UnitOutcome } from '../sql/sql-database.ts'
import type { Row, Statement } from '../sql/statement.ts'

/** The statements that are prepared on a connection, by name. */
const preparedOn = new WeakMap<Connection, Set<string>>()

/** int8 and int4: the numbers that statements return. */
const INTEGERS = [20, 23]

/** A column of a row that was described, as the server names it. */
interface Column {
  readonly name: string
  readonly dataTypeID: number
}

/** division_by_zero: how a statement that found no row stops its unit. */
const NO_ROW = '22012'

/** Where a unit was when it failed: not sent, at one of its statements, or at the commit behind them. */
export type UnitProgress = 'not-sent' | 'running' | 'committing'

/** What became of a unit. */
export type UnitAnswer =
  | { readonly kind: 'done'; readonly outcome: UnitOutcome }
  | { readonly kind: 'failed'; readonly error: Error; readonly progress: UnitProgress }

/**
 * Sends a unit in one go and waits for its one answer.
 *
 * All statements stand before a single Sync of the extended query protocol, and so in one implicit transaction: the
 * server begins it with the first, skips the rest after an error, and commits at the Sync. Nothing waits for a round
 * trip, and there is no BEGIN that could fail alone and leave the others to commit one by one.
 *
 * @see PostgreSQL documentation, 55.2.3 (Extended Query) and 55.2.4 (Pipelining)
 */
export function sendUnit(client: PoolClient, unit: Unit): Promise<UnitAnswer> {
  return new Promise((resolve) => {
    client.query(new UnitQuery(unit, resolve))
  })
}

/** The driver's interface for queries that speak the protocol themselves, as its cursors and streams do. */
class UnitQuery implements Submittable {
  readonly #steps: Unit
  readonly #settle: (answer: UnitAnswer) => void
  readonly #counts: number[] = []
  readonly #rows: Row[] = []
  #columns: readonly Column[] = []
  #connection: Connection | null = null

  /** The driver wraps this to stop its own timer, so it is called at every end. */
  callback: (error: Error | null) => void

  constructor(unit: Unit, settle: (answer: UnitAnswer) => void) {
    // A single statement needs no guard: that it wrote nothing says its count, without an error in the server's log.
    this.#steps = unit.length === 1 ? unit : unit.map((step) => (step.requiresRow ? guarded(step) : step))
    this.#settle = settle
    this.callback = (error) => this.#end(error)
  }

  submit(connection: Connection): Error | undefined {
    if (!connection.stream.writable) return new Error('the connection was closed before anything was sent')
    this.#connection = connection
    const prepared = preparedOf(connection)
    const parsing = new Set<string>()
    connection.stream.cork()
    try {
      for (const { name, sql, params, returnsRows } of this.#steps) {
        if (!prepared.has(name) && !parsing.has(name)) connection.parse({ name, text: sql, types: [] }, true)
        parsing.add(name)
        connection.bind({ statement: name, values: params.map((param) => param?.toString() ?? null) }, true)
        if (returnsRows) connection.describe({ type: 'P' }, true)
        connection.execute({ portal: '' }, true)
      }
      connection.sync()
    } finally {
      connection.stream.uncork()
    }
    return undefined
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const step = this.#steps[this.#counts.length]
    if (step) this.#notePrepared(step)
    // "INSERT 0 1", "DELETE 3", "SELECT 1": the last word is the count.
    this.#counts.push(Number(/\d+$/.exec(text)?.[0] ?? 0))
  }

  /** After the Sync, and without an error: the transaction is committed. */
  handleReadyForQuery(): void {
    this.callback(null)
  }

  handleError(error: Error): void {
    this.callback(error)
  }

  handleRowDescription({ fields }: { readonly fields: readonly Column[] }): void {
    this.#columns = fields
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    if (this.#steps[this.#counts.length]?.returnsRows !== true) return
    const values = this.#columns.map(({ name, dataTypeID }, index) => {
      const value = fields[index] ?? null
      return [name, value !== null && INTEGERS.includes(dataTypeID) ? Number(value) : value] as const
    })
    this.#rows.push(Object.fromEntries(values))
  }

  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}

  #end(error: Error | null): void {
    const failedAt = this.#counts.length
    const step = this.#steps[failedAt]
    if (error === null) {
      const empty = this.#steps.findIndex((each, index) => each.requiresRow && this.#counts[index] === 0)
      this.#settle({
        kind: 'done',
        outcome: empty < 0 ? { ok: true, counts: this.#counts, rows: this.#rows } : { ok: false, failedAt: empty },
      })
    } else if (step?.requiresRow && 'code' in error && error.code === NO_ROW) {
      // It was parsed, or it could not have divided.
      this.#notePrepared(step)
      this.#settle({ kind: 'done', outcome: { ok: false, failedAt } })
    } else {
      const progress = this.#connection === null ? 'not-sent' : step ? 'running' : 'committing'
      this.#settle({ kind: 'failed', error, progress })
    }
  }

  #notePrepared(step: Statement): void {
    if (this.#connection) preparedOf(this.#connection).add(step.name)
  }
}

/** The same statement, failing when it returns no row; under a name of its own, as its text is another. */
function guarded(step: Statement): Statement {
  return {
    ...step,
    name: `${step.name}-or-fail`,
    sql: `with step as (${step.sql}) select 1 / count(*) from step`,
  }
}

function preparedOf(connection: Connection): Set<string> {
  let names = preparedOn.get(connection)
  if (!names) preparedOn.set(connection, (names = new Set()))
  return names
}
