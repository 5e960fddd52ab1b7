import type { DatabaseSync } from 'node:sqlite'
import { StoreUnavailable } from '../../core/errors.ts'
import type { Beat, Change, ChangeFeed } from '../../core/session/change-feed.ts'
import { changeFrom, MOST_CHANGES } from '../sql/change-row.ts'
import type { SqlDatabase } from '../sql/sql-database.ts'
import { type Row, statement } from '../sql/statement.ts'
import type { PreparedStatements } from './prepared-statements.ts'

/** Beats this far apart count as a gap: what lies between may have been trimmed. */
const LONGEST_GAP_MS = 60_000

/** Of the last row that was ever written, whether or not it is still there. */
const LAST = `coalesce((select seq from sqlite_sequence where name = 'changes'), 0)`
const LAST_SEQ = statement('last-change', `select ${LAST} as seq`, [])
const TRIM = statement(
  'trim-changes',
  'delete from changes where seq in (select seq from changes where at < unixepoch() - 3600 order by at limit 10000)',
  [],
)

/**
 * The change feed of one file. SQLite itself knows whether anybody has written (`data_version`), so a beat on a quiet
 * database costs one look; otherwise the rows behind the last one heard are read.
 */
export class SqliteChangeFeed implements ChangeFeed {
  readonly #reader: DatabaseSync
  readonly #prepared: PreparedStatements
  readonly #database: Pick<SqlDatabase, 'write'>
  #heard: { readonly seq: number; readonly version: number; readonly atMs: number } | null = null

  constructor(reader: DatabaseSync, prepared: PreparedStatements, database: Pick<SqlDatabase, 'write'>) {
    this.#reader = reader
    this.#prepared = prepared
    this.#database = database
  }

  beat(): Promise<Beat> {
    try {
      return Promise.resolve(this.#beat())
    } catch (cause) {
      this.#heard = null
      return Promise.reject(
        new StoreUnavailable('The changes could not be read.', { outcome: 'nothing-written', cause }),
      )
    }
  }

  #beat(): Beat {
    const heard = this.#heard
    const atMs = performance.now()
    // First the version: what is committed between the two looks is read now, and once more with the next beat.
    const version = Number(this.#reader.prepare('pragma data_version').get()?.['data_version'])
    if (heard === null || atMs - heard.atMs > LONGEST_GAP_MS) {
      this.#heard = { seq: Number(this.#prepared.rows(LAST_SEQ)[0]?.['seq']), version, atMs }
      return { changes: [], continuous: false }
    }
    if (version === heard.version) {
      this.#heard = { ...heard, atMs }
      return { changes: [], continuous: true }
    }
    const { news, last } = this.#newsSince(heard.seq)
    // Rows are numbered without gaps. One that is missing was trimmed, by a process whose clock is ahead: nobody knows what it said.
    if (news.length > MOST_CHANGES || news.length !== last - heard.seq) {
      this.#heard = null
      return this.#beat()
    }
    this.#heard = { seq: last, version, atMs }
    return { changes: news.map((row): Change => changeFrom(String(row['kind']), String(row['id']))), continuous: true }
  }

  /** The rows behind one, as many as anybody lists and one more, and the number of the last, as of the same moment. */
  #newsSince(seq: number): { readonly news: readonly Row[]; readonly last: number } {
    const rows = this.#prepared.rows(
      statement(
        'read-changes',
        `select last, seq, kind, id from (select ${LAST} as last) left join changes on seq > $1 order by seq limit $2`,
        [seq, MOST_CHANGES + 1],
      ),
    )
    return { news: rows.filter((row) => row['seq'] !== null), last: Number(rows[0]?.['last']) }
  }

  /** Nothing breaks between beats here, and nobody gives hints: the file is asked. */
  listen(): void {}

  hint(): void {}

  /** What other processes on this file hold is not known here; they are expected to be set up like this one. */
  longestLeaseMs(): Promise<number> {
    return Promise.resolve(0)
  }

  async trim(): Promise<void> {
    await this.#database.write([TRIM])
  }
}
