/** What may stand for a `$1`. Numbers are whole and safe: the databases agree on nothing else. */
export type Param = string | number | null

/** One row as both drivers give it: numbers are safe integers. */
export type Row = Readonly<Record<string, string | number | null>>

/** One SQL statement in the dialect that SQLite and PostgreSQL share; see `sqliteSql` for what SQLite is spared. */
export interface Statement {
  /** Its name among the prepared statements: one name, one text. */
  readonly name: string
  /** Parameters are `$1`, `$2`, …; a locking clause stands on a line of its own. */
  readonly sql: string
  readonly params: readonly Param[]
  /** The unit fails, and nothing of it is written, when this statement returns no row. It must end in `returning …`. */
  readonly requiresRow?: true
  /** The outcome of its unit has the rows that this statement returns. Not together with `requiresRow`. */
  readonly returnsRows?: true
}

/**
 * Makes a statement after looking at its parameters.
 *
 * @throws TypeError for a number that is not a safe integer: SQLite would store it as it is, PostgreSQL refuse it
 */
export function statement(name: string, sql: string, params: readonly Param[]): Statement {
  for (const param of params) {
    if (typeof param === 'number' && !Number.isSafeInteger(param)) {
      throw new TypeError(`${name}: ${param} is not a whole number; instants are whole milliseconds`)
    }
  }
  return { name, sql, params }
}

/** The same statement, but its unit fails unless it returns a row. */
export function requiringRow(step: Statement): Statement {
  return { ...step, requiresRow: true }
}

/** The same statement, but what it returns is part of its unit's outcome. */
export function returningRows(step: Statement): Statement {
  return { ...step, returnsRows: true }
}
