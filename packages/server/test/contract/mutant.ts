import type { Store } from '../../src/core/store.ts'
import type { SqlDatabase } from '../../src/stores/sql/sql-database.ts'
import { sqlStore } from '../../src/stores/sql/sql-store.ts'
import type { Statement } from '../../src/stores/sql/statement.ts'
import { storeContract } from '../../src/testing/store-contract.ts'

/** A deliberate defect: what becomes of the statements of one name. */
export interface Mutation {
  readonly name: string
  readonly change: (statement: Statement) => Statement
}

/** Takes a piece out of a statement's SQL, which must be there to be taken. */
export function without(name: string, piece: string, instead = ''): Mutation {
  return {
    name,
    change(statement) {
      if (!statement.sql.includes(piece)) throw new Error(`${name} has no "${piece}" to take away`)
      return { ...statement, sql: statement.sql.replace(piece, instead) }
    },
  }
}

/** Lets a unit go on though a statement found no row. */
export function notRequiringRow(name: string): Mutation {
  return { name, change: ({ name: same, sql, params }) => ({ name: same, sql, params }) }
}

/** A database that runs one statement other than it was written. */
export function mutated(database: SqlDatabase, mutation: Mutation): SqlDatabase {
  const apply = (statement: Statement) => (statement.name === mutation.name ? mutation.change(statement) : statement)
  return {
    read: async (statement) => database.read(apply(statement)),
    write: async (unit) => database.write(unit.map((statement) => apply(statement))),
    changes: database.changes,
    readTime: () => database.readTime(),
    close: () => database.close(),
  }
}

/** Runs the contract, or those of its cases that are named, on a mutant; the titles of those that fail. */
export function casesThatFail(
  openDatabase: () => Promise<SqlDatabase>,
  mutation: Mutation,
  title = '',
): Promise<readonly string[]> {
  return casesThatFailOn(async () => sqlStore(mutated(await openDatabase(), mutation)), title)
}

/** As `casesThatFail`, on a store that is broken in whatever way. */
export async function casesThatFailOn(openStore: () => Promise<Store>, title: string): Promise<readonly string[]> {
  const cases: { readonly title: string; readonly run: () => Promise<void> }[] = []
  storeContract({ test: (each, run) => cases.push({ title: each, run }), openStore })
  const chosen = cases.filter((each) => each.title.includes(title))
  if (chosen.length === 0) throw new Error(`the contract has no case "${title}"`)
  const failed: string[] = []
  for (const each of chosen) {
    try {
      await each.run()
    } catch {
      failed.push(each.title)
    }
  }
  return failed
}
