import { countWritten } from './count-written.ts'
import { trimSealed } from './sealed-statements.ts'
import { deleteDeadSessions } from './session-statements.ts'
import type { SqlDatabase } from './sql-database.ts'

/**
 * What is known of sealed sessions is kept this much longer than they last: forgotten too early, by a clock that was ahead for a
 * while, an ended session would be good again when the clock is put right.
 */
const SEALED_KEPT_MS = 30 * 86_400_000

/**
 * Deletes what has ended by its time, at most `limit` rows a table, however sessions are kept now: a database holds the rows
 * of the time before too.
 *
 * @returns how many
 */
export async function deleteExpired(
  database: SqlDatabase,
  { now, idleSince }: { readonly now: number; readonly idleSince: number },
  limit: number,
): Promise<number> {
  const steps = [
    trimSealed('sealed_revocations', now - SEALED_KEPT_MS, limit),
    trimSealed('sealed_rotations', now - SEALED_KEPT_MS, limit),
    deleteDeadSessions(now, idleSince, limit),
  ]
  let deleted = 0
  for (const step of steps) deleted += await countWritten(database, step)
  return deleted
}
