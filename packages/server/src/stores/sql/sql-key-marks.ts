import type { KeyMarks } from '../../core/key-marks.ts'
import type { SessionKeeping } from '../../core/store.ts'
import type { SqlDatabase } from './sql-database.ts'
import { type Statement, statement } from './statement.ts'

const SELECT_LAST = statement(
  'last-key-mark',
  'select fingerprint from key_marks order by noted_at desc, fingerprint limit 1',
  [],
)
const DELETE_ALL = statement('delete-key-marks', 'delete from key_marks', [])

/** Which keys signed, over SQL. */
export class SqlKeyMarks implements KeyMarks {
  readonly #database: SqlDatabase
  readonly #sessions: SessionKeeping

  constructor(database: SqlDatabase, sessions: SessionKeeping) {
    this.#database = database
    this.#sessions = sessions
  }

  async last(): Promise<string | null> {
    const [row] = await this.#database.read(SELECT_LAST)
    return row === undefined ? null : String(row['fingerprint'])
  }

  async note(fingerprint: string, now: number): Promise<void> {
    await this.#database.write([insert(fingerprint, now)])
  }

  async reset(fingerprint: string, now: number): Promise<void> {
    await this.#database.write([DELETE_ALL, insert(fingerprint, now)])
  }

  /** Nobody knows which sealed sessions live: there may always be one. */
  async anySessionAt(now: number): Promise<boolean> {
    if (this.#sessions === 'sealed') return true
    const rows = await this.#database.read(
      statement('any-session', 'select id from sessions where expires_at > $1 limit 1', [now]),
    )
    return rows.length > 0
  }
}

function insert(fingerprint: string, now: number): Statement {
  return statement(
    'insert-key-mark',
    'insert into key_marks (fingerprint, noted_at) values ($1, $2) on conflict (fingerprint) do nothing',
    [fingerprint, now],
  )
}
