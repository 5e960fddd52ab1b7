import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Row, Statement } from '../sql/statement.ts'
import { sqliteSql } from './sqlite-sql.ts'

/** What a writing statement did. */
export interface Written {
  /** How many rows it returned, if it must return one or is asked for them, or else how many it wrote. */
  readonly count: number
  /** The rows that it was asked for. */
  readonly rows: readonly Row[]
}

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

  /** Runs a writing statement. */
  write(statement: Statement): Written {
    if (statement.requiresRow || statement.returnsRows) {
      const rows = this.rows(statement)
      return { count: rows.length, rows: statement.returnsRows ? rows : [] }
    }
    return { count: Number(this.#prepare(statement).run(...statement.params).changes), rows: [] }
  }

  #prepare(statement: Statement): StatementSync {
    const known = this.#byName.get(statement.name)
    if (known) return known
    const prepared = this.#database.prepare(sqliteSql(statement.sql))
    this.#byName.set(statement.name, prepared)
    return prepared
  }
}
