import type { ChangeFeed } from '../../core/session/change-feed.ts'
import type { Row, Statement } from './statement.ts'

/** Statements that take effect together or not at all. No transaction waits for JavaScript between two of them. */
export type Unit = readonly Statement[]

/** What became of a unit whose outcome is known: written, or given up because a statement found no row. */
export type UnitOutcome =
  | {
      readonly ok: true
      /** Rows written, by statement. */
      readonly counts: readonly number[]
      /** Rows returned by those statements that return them for the outcome. */
      readonly rows: readonly Row[]
    }
  | { readonly ok: false; /** The statement that required a row and got none. */ readonly failedAt: number }

/** What a database does for the stores. Each statement of a unit sees what was committed before it began. */
export interface SqlDatabase {
  /** @throws StoreUnavailable */
  read(statement: Statement): Promise<readonly Row[]>
  /**
   * Runs a unit; the answer comes once it is durable.
   *
   * @throws Busy when the bounded queue is full; nothing was written
   * @throws StoreUnavailable `nothing-written` or, when the commit was sent and not answered, `unknown`
   */
  write(unit: Unit): Promise<UnitOutcome>
  readonly changes: ChangeFeed
  /** The database's wall clock in whole milliseconds since the Unix epoch. Throws `StoreUnavailable`. */
  readTime(): Promise<number>
  /** Finishes what was begun, then lets go. A second call does nothing. */
  close(): Promise<void>
}
