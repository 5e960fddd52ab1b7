import type { Edit } from './mutant-copy.ts'

const ROW = 'src/stores/sql/session-row.ts'
const STORE = 'src/stores/sql/sql-session-store.ts'

/** What a store would do that writes a session back as it has last seen it, because it was used. */
export const REVIVING_TOUCH: readonly Edit[] = [
  {
    file: ROW,
    find: 'export function sessionFrom(row: Row): Session {',
    replace: `const seenRows = new Map<string, Row>()

/** The row of a session as it was last read. */
export function rowOf(id: string): Row | undefined {
  return seenRows.get(id)
}

export function sessionFrom(row: Row): Session {
  seenRows.set(String(row['id']), row)`,
  },
  {
    file: STORE,
    find: "import { SESSION_COLUMNS, sessionFrom } from './session-row.ts'",
    replace:
      "import { INSERTED_COLUMNS, INSERTED_PARAMS, rowOf, SESSION_COLUMNS, sessionFrom, sessionParams } from './session-row.ts'",
  },
  {
    file: STORE,
    find: '    const latest = [...seenAtById]\n',
    replace: `    const latest = [...seenAtById]
    for (const [id] of latest) {
      const row = rowOf(id)
      if (!row) continue
      const insert = \`insert into sessions (\${INSERTED_COLUMNS}) values (\${INSERTED_PARAMS}) on conflict do nothing\`
      await countWritten(this.#database, statement('revive-session', insert, sessionParams(sessionFrom(row))))
    }
`,
  },
]

/**
 * Whoever types SQL is heard as ever; a node that ends a session tells of it first, in a transaction of its own. Another
 * node hears that, reads the session again while it still stands, and is told nothing more.
 */
export const UNTIED_CHANGE_ROWS: readonly Edit[] = [
  {
    file: 'migrations/0002-changes.postgres.sql',
    find: 'create trigger session_ended after delete on sessions\nfor each row execute',
    replace:
      "create trigger session_ended after delete on sessions\nfor each row when (current_setting('application_name') = 'psql') execute",
  },
  {
    file: STORE,
    find: '    return (await countWritten(this.#database, deletion)) === 1\n',
    replace: `    const told = "insert into changes (kind, id) select 'session', $1 where true"
    await countWritten(this.#database, statement('tell-first', told, [sessionId]))
    return (await countWritten(this.#database, deletion)) === 1
`,
  },
  {
    file: STORE,
    find: '    const spared = exceptSessionId ?? null\n    const outcome = await this.#database.write([\n',
    replace: `    const told = "insert into changes (kind, id) select 'user', $1 where true"
    await countWritten(this.#database, statement('tell-all-first', told, [userId]))
    const spared = exceptSessionId ?? null
    const outcome = await this.#database.write([
`,
  },
]
