import type { SqlDatabase } from './sql-database.ts'
import type { Statement } from './statement.ts'

/** Runs a unit of one statement, which requires no row. @returns how many rows it wrote @throws StoreUnavailable, Busy */
export async function countWritten(database: Pick<SqlDatabase, 'write'>, step: Statement): Promise<number> {
  const outcome = await database.write([step])
  if (!outcome.ok) throw new Error(`unreachable: ${step.name} requires no row`)
  return outcome.counts[0] ?? 0
}
