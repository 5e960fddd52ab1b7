import type { DatabaseSync } from 'node:sqlite'
import type { Unit, UnitOutcome } from '../sql/sql-database.ts'
import type { Row } from '../sql/statement.ts'
import type { PreparedStatements } from './prepared-statements.ts'

/** Why a unit has no outcome, in words that cross a thread. */
export interface UnitFailure {
  readonly failure: string
  readonly outcome: 'nothing-written' | 'unknown'
}

/**
 * Runs units under one commit, a savepoint each, and answers for each of them once all is durable.
 *
 * A unit that fails takes nothing of the others with it, unless SQLite gave up the whole transaction (a full disk does
 * that): then all have failed. A commit that fails is unknown: its frames may be in the log, and a crash now could
 * still bring them back.
 */
export function commitTogether(
  database: DatabaseSync,
  prepared: PreparedStatements,
  units: readonly Unit[],
): readonly (UnitOutcome | UnitFailure)[] {
  const answers: (UnitOutcome | UnitFailure)[] = []
  try {
    // Only after a rollback that failed: a transaction that nobody answers for any more.
    if (database.isTransaction) database.exec('rollback')
    database.exec('begin immediate')
    for (const unit of units) answers.push(runUnit(database, prepared, unit))
  } catch (error) {
    rollBack(database)
    return units.map(() => ({ failure: messageOf(error), outcome: 'nothing-written' }))
  }
  try {
    database.exec('commit')
    return answers
  } catch (error) {
    rollBack(database)
    const failure = messageOf(error)
    return answers.map((answer) => {
      const wrote = 'ok' in answer && answer.ok
      return { failure, outcome: wrote ? 'unknown' : 'nothing-written' }
    })
  }
}

/** Throws when the transaction is gone or the savepoint cannot be undone: the whole group has failed then. */
function runUnit(database: DatabaseSync, prepared: PreparedStatements, unit: Unit): UnitOutcome | UnitFailure {
  database.exec('savepoint unit')
  let answer: UnitOutcome | UnitFailure
  try {
    answer = runStatements(prepared, unit)
  } catch (error) {
    if (!database.isTransaction) throw error
    answer = { failure: messageOf(error), outcome: 'nothing-written' }
  }
  if (!('ok' in answer) || !answer.ok) database.exec('rollback to unit')
  database.exec('release unit')
  return answer
}

function runStatements(prepared: PreparedStatements, unit: Unit): UnitOutcome {
  const counts: number[] = []
  const returned: Row[] = []
  for (const [index, statement] of unit.entries()) {
    const { count, rows } = prepared.write(statement)
    if (statement.requiresRow && count === 0) return { ok: false, failedAt: index }
    counts.push(count)
    returned.push(...rows)
  }
  return { ok: true, counts, rows: returned }
}

function rollBack(database: DatabaseSync): void {
  try {
    if (database.isTransaction) database.exec('rollback')
  } catch {
    // The next group tries again before it begins, and fails as long as this does.
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
