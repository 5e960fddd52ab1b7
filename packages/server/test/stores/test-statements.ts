import type { SqlDatabase } from '../../src/stores/sql/sql-database.ts'
import { requiringRow, statement, type Statement } from '../../src/stores/sql/statement.ts'

/** A credential of a user who need not be: the plainest row that breaks a rule. */
export function insertOrphan(id: string): Statement {
  return statement('insert-orphan', `insert into credentials (user_id, kind, hash) values ($1, 'password', '')`, [id])
}

/** Inserts a user with that ID, unless there is one. */
export function insertUser(id: string, name = ''): Statement {
  return requiringRow(
    statement(
      'insert-test-user',
      `insert into users (id, email, name, email_verified, credential_revision, created_at)
values ($1, $1, $2, 0, 1, 0) on conflict do nothing returning 1`,
      [id, name],
    ),
  )
}

/** IDs of the users, in order. */
export async function userIds(database: SqlDatabase): Promise<string[]> {
  const rows = await database.read(statement('test-users', 'select id from users order by id', []))
  return rows.map((row) => String(row['id']))
}
