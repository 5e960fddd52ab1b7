import { StoreUnavailable } from '../../core/errors.ts'
import type { Registration, UserStore } from '../../core/user/user-store.ts'
import type { User } from '../../core/user/user.ts'
import { endOfSealedSession } from '../../core/session/sealed-session.ts'
import type { Session } from '../../core/session/session.ts'
import { isStorable } from './columns.ts'
import { carryDataOver } from './data-statements.ts'
import { raiseEpoch, revokeSealed } from './sealed-statements.ts'
import { deleteSession, deleteSessionsOf, insertSession } from './session-statements.ts'
import type { SqlDatabase } from './sql-database.ts'
import { requiringRow, statement, type Statement } from './statement.ts'
import { USER_COLUMNS, userFrom, userParams } from './user-row.ts'

/** How often a registration is tried whose rival was gone when we looked for it. */
const ATTEMPTS = 3

/** What a registration does about sessions. */
export interface FirstSessions {
  begin(session: Session): readonly Statement[]
  /** Ends the one that the browser had. */
  replace(sessionId: string, by: Session, carryOver: readonly string[]): readonly Statement[]
}

/** Each session is a row. */
export const STORED: FirstSessions = {
  begin: (session) => [insertSession(session)],
  replace: (sessionId, by, carryOver) => [...carryDataOver(sessionId, by.id, carryOver), deleteSession(sessionId)],
}

/** Each session is a cookie: to begin one, nothing is written. */
export const SEALED: FirstSessions = {
  begin: () => [],
  replace(sessionId) {
    const expiresAt = endOfSealedSession(sessionId)
    return expiresAt === null ? [] : [revokeSealed(sessionId, expiresAt)]
  },
}

/** The user store, written once for both dialects. */
export class SqlUserStore implements UserStore {
  readonly #database: SqlDatabase
  readonly #sessions: FirstSessions

  constructor(database: SqlDatabase, sessions: FirstSessions = STORED) {
    this.#database = database
    this.#sessions = sessions
  }

  async register(registration: Registration): Promise<'created' | 'email-taken' | 'username-taken' | 'id-exists'> {
    const { user, session } = registration
    if (session.userId !== user.id) throw new TypeError('the first session of a user is its own')
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const outcome = await this.#database.write(registrationUnit(registration, this.#sessions))
      if (outcome.ok) return 'created'
      if (outcome.failedAt > 0) return 'id-exists'
      const taken = (await this.findTaken(user.email, user.username)) ?? ((await this.find(user.id)) && 'id-exists')
      if (taken) return taken
      // The account that stood in the way was deleted between the two statements: what it took is free again.
    }
    throw new StoreUnavailable('The registration met rivals that vanished, again and again.', {
      outcome: 'nothing-written',
    })
  }

  async find(userId: string): Promise<User | null> {
    if (!isStorable(userId)) return null
    const [row] = await this.#database.read(
      statement('find-user', `select ${USER_COLUMNS} from users where id = $1`, [userId]),
    )
    return row ? userFrom(row) : null
  }

  async findTaken(email: string, username: string | null): Promise<'email-taken' | 'username-taken' | null> {
    const rows = await this.#database.read(
      statement('find-taken', 'select email from users where email = $1 or username = $2', [email, username]),
    )
    if (rows.length === 0) return null
    return rows.some((row) => row['email'] === email) ? 'email-taken' : 'username-taken'
  }

  async disable(userId: string, now: number): Promise<boolean> {
    if (!isStorable(userId)) return false
    const outcome = await this.#database.write([
      requiringRow(
        statement(
          'disable-user',
          `update users set disabled_at = coalesce(disabled_at, $2), credential_revision = credential_revision + 1
where id = $1 returning 1`,
          [userId, now],
        ),
      ),
      raiseEpoch(userId, null),
      deleteSessionsOf(userId, null),
    ])
    return outcome.ok
  }

  async enable(userId: string): Promise<boolean> {
    if (!isStorable(userId)) return false
    const outcome = await this.#database.write([
      statement('enable-user', 'update users set disabled_at = null where id = $1', [userId]),
    ])
    return outcome.ok && outcome.counts[0] === 1
  }
}

function registrationUnit(
  { user, passwordHash, session, replaces, carryOver = [] }: Registration,
  sessions: FirstSessions,
): Statement[] {
  const unit = [
    requiringRow(
      statement(
        'insert-user',
        `insert into users (id, email, username, name, email_verified, created_at, disabled_at, credential_revision)
values ($1, $2, $3, $4, $5, $6, $7, 1) on conflict do nothing returning 1`,
        userParams(user),
      ),
    ),
    statement('insert-password', `insert into credentials (user_id, kind, hash) values ($1, 'password', $2)`, [
      user.id,
      passwordHash,
    ]),
    ...sessions.begin(session),
  ]
  if (replaces !== null) unit.push(...sessions.replace(replaces, session, carryOver))
  return unit
}
