import type {
  CredentialStore,
  Identifier,
  PasswordChange,
  PasswordCredential,
  StartableUser,
} from '../../core/credential/credential-store.ts'
import { integer, isStorable, text } from './columns.ts'
import { forgetPreviousSealed, raiseEpoch } from './sealed-statements.ts'
import { deleteSessionsOf, forgetPreviousSecret } from './session-statements.ts'
import type { SqlDatabase } from './sql-database.ts'
import { requiringRow, type Row, statement } from './statement.ts'
import { USER_COLUMNS, userFrom } from './user-row.ts'

const FIND_USER = `select ${USER_COLUMNS}, users.credential_revision, coalesce(sealed_epochs.epoch, 0) as epoch
from users left join sealed_epochs on sealed_epochs.user_id = users.id where users.id = $1`

const FIND_PASSWORD = `select ${USER_COLUMNS}, users.credential_revision, credentials.hash,
  coalesce(sealed_epochs.epoch, 0) as epoch
from users join credentials on credentials.user_id = users.id and credentials.kind = 'password'
left join sealed_epochs on sealed_epochs.user_id = users.id`

/** The credential store, written once for both dialects. */
export class SqlCredentialStore implements CredentialStore {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  async findPassword(identifier: Identifier): Promise<PasswordCredential | null> {
    const [row] = await this.#database.read(
      'email' in identifier
        ? statement('find-password-by-email', `${FIND_PASSWORD} where users.email = $1`, [identifier.email])
        : statement('find-password-by-username', `${FIND_PASSWORD} where users.username = $1`, [identifier.username]),
    )
    return row ? { ...startable(row), passwordHash: text(row, 'hash') } : null
  }

  async findUser(userId: string): Promise<StartableUser | null> {
    if (!isStorable(userId)) return null
    const [row] = await this.#database.read(statement('find-user-to-start', FIND_USER, [userId]))
    return row ? startable(row) : null
  }

  async changePassword(change: PasswordChange): Promise<boolean> {
    const { userId, keepSessionId } = change
    const unit = [
      // First of all: the user's row is what a sign-in waits for, and every unit locks users before sessions.
      requiringRow(
        statement(
          'raise-credential-revision',
          `update users set credential_revision = credential_revision + 1
where id = $1 and credential_revision = $2 returning 1`,
          [userId, change.credentialRevision],
        ),
      ),
      statement(
        'set-password',
        `insert into credentials (user_id, kind, hash) values ($1, 'password', $2)
on conflict (user_id, kind) do update set hash = excluded.hash`,
        [userId, change.passwordHash],
      ),
      raiseEpoch(userId, keepSessionId),
      deleteSessionsOf(userId, keepSessionId),
    ]
    if (keepSessionId !== null) {
      unit.push(forgetPreviousSecret(keepSessionId, userId), forgetPreviousSealed(keepSessionId))
    }
    return (await this.#database.write(unit)).ok
  }

  async upgradePasswordHash(userId: string, expectedHash: string, newHash: string): Promise<void> {
    await this.#database.write([
      statement(
        'upgrade-password-hash',
        `update credentials set hash = $3 where user_id = $1 and kind = 'password' and hash = $2`,
        [userId, expectedHash, newHash],
      ),
    ])
  }
}

function startable(row: Row): StartableUser {
  return {
    user: userFrom(row),
    credentialRevision: integer(row, 'credential_revision'),
    epoch: integer(row, 'epoch'),
  }
}
