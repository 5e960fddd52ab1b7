import type { DataAnswer, LiveSession, SessionDataStore } from '../../core/session-data/session-data-store.ts'
import { integer, integerOrNull, isStorable, text, textOrNull } from './columns.ts'
import * as statements from './data-statements.ts'
import type { SqlDatabase, UnitOutcome } from './sql-database.ts'
import type { Row, Statement } from './statement.ts'

const ENDED = { ok: false, reason: 'session-ended' } as const

/** JSON that is an integer, written as a database would write it. */
const INTEGER = /^(?:0|-?[1-9]\d{0,15})$/

/** The store of session data, written once for both dialects. */
export class SqlSessionDataStore implements SessionDataStore {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  async get(session: LiveSession, key: string): Promise<DataAnswer<string | null>> {
    const [row] = await this.#read(session, statements.selectDatum(session, key))
    return row ? { ok: true, value: textOrNull(row, 'value') } : ENDED
  }

  async all(session: LiveSession): Promise<DataAnswer<ReadonlyMap<string, string>>> {
    const rows = await this.#read(session, statements.selectData(session))
    if (rows.length === 0) return ENDED
    const filled = rows.filter((row) => row['key'] !== null)
    return { ok: true, value: new Map(filled.map((row) => [text(row, 'key'), text(row, 'value')])) }
  }

  async set(session: LiveSession, key: string, json: string): Promise<DataAnswer<null, 'too-many-keys'>> {
    const outcome = await this.#write(session, statements.upsertDatum(session.sessionId, key, json, integerIn(json)))
    if (!outcome.ok) return ENDED
    return written(outcome) ? { ok: true, value: null } : { ok: false, reason: 'too-many-keys' }
  }

  async delete(session: LiveSession, key: string): Promise<DataAnswer<boolean>> {
    const outcome = await this.#write(session, statements.deleteDatum(session.sessionId, key))
    return outcome.ok ? { ok: true, value: written(outcome) } : ENDED
  }

  async take(session: LiveSession, key: string): Promise<DataAnswer<string | null>> {
    const outcome = await this.#write(session, statements.deleteDatum(session.sessionId, key))
    if (!outcome.ok) return ENDED
    const [row] = outcome.rows
    return { ok: true, value: row ? text(row, 'value') : null }
  }

  async increment(
    session: LiveSession,
    key: string,
    by: number,
  ): Promise<DataAnswer<number, 'too-many-keys' | 'not-an-integer' | 'out-of-range'>> {
    const { sessionId } = session
    const outcome = await this.#write(
      session,
      statements.incrementDatum(sessionId, key, by),
      // In the same unit: the sum is this caller's own, and a refusal has the reason that it was refused for.
      statements.selectNumber(sessionId, key),
    )
    if (!outcome.ok) return ENDED
    const [row = {}] = outcome.rows
    const number = integerOrNull(row, 'number')
    if (written(outcome) && number !== null) return { ok: true, value: number }
    if (integer(row, 'present') === 0) return { ok: false, reason: 'too-many-keys' }
    return { ok: false, reason: number === null ? 'not-an-integer' : 'out-of-range' }
  }

  async #read({ sessionId }: LiveSession, query: Statement): Promise<readonly Row[]> {
    return isStorable(sessionId) ? this.#database.read(query) : []
  }

  async #write(session: LiveSession, ...steps: readonly Statement[]): Promise<UnitOutcome> {
    if (!isStorable(session.sessionId)) return { ok: false, failedAt: 0 }
    return this.#database.write([statements.lockLiveSession(session), ...steps])
  }
}

/** Whether the statement behind the lock wrote a row. */
function written({ counts }: { readonly counts: readonly number[] }): boolean {
  return counts[1] === 1
}

/** The integer that a JSON text is, if it can be counted with. */
function integerIn(json: string): number | null {
  const number = INTEGER.test(json) ? Number(json) : null
  return number !== null && Number.isSafeInteger(number) ? number : null
}
