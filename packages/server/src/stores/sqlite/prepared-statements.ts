import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Row, Statement } from '../sql/statement.ts'
import { sqliteSql } from './sqlite-sql.ts'

/** The prepared statements of one connection, by name, so that each is parsed once. */
export class PreparedStatements {
  readonly #database: DatabaseSync
  readonly #byName = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** All rows that a statement returns. */
  rows(statement: Statement): readonly Row[] {
    return this.#prepare(statement).all(...statement.params) as Record<string, string | number | null>[]
  }

  /** Runs a writing statement; how many rows it returned, if it must return one, or else how many it wrote. */
  write(statement: Statement): number {
    const prepared = this.#prepare(statement)
    if (statement.requiresRow) return prepared.all(...statement.params).length
    return Number(prepared.run(...statement.params).changes)
  }

  #prepare(statement: Statement): StatementSync {
    const known = this.#byName.get(statement.name)
    if (known) return known
    const prepared = this.#database.prepare(sqliteSql(statement.sql))
    this.#byName.set(statement.name, prepared)
    return prepared
  }
}
