import type { CreateOptions, FoundSession, Rotation, SessionStore, Touch } from '../../core/session/session-store.ts'
import { MAXIMUM_SESSIONS_PER_USER } from '../../core/session/session-policy.ts'
import type { Session } from '../../core/session/session.ts'
import { isStorable } from './columns.ts'
import { countWritten } from './count-written.ts'
import { carryDataOver } from './data-statements.ts'
import { deleteExpired } from './delete-expired.ts'
import { raiseEpoch } from './sealed-statements.ts'
import { SESSION_COLUMNS, sessionFrom } from './session-row.ts'
import * as statements from './session-statements.ts'
import type { SqlDatabase } from './sql-database.ts'
import { statement, type Statement } from './statement.ts'
import { USER_COLUMNS, userFrom } from './user-row.ts'

/** Touches in one statement: small enough that it holds its row locks for milliseconds. */
const TOUCH_BATCH = 1_000

/** The session store, written once for both dialects. */
export class SqlSessionStore implements SessionStore {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  async create(session: Session, options: CreateOptions): Promise<'created' | 'id-exists' | 'user-changed'> {
    const unit = [insertion(session, options.credentialRevision)]
    if (options.replaces !== null) {
      unit.push(...carryDataOver(options.replaces, session.id, options.carryOver ?? []))
      unit.push(statements.deleteSession(options.replaces))
    }
    if (session.userId !== null) {
      unit.push(statements.deleteSurplusSessions(session.userId, session.id, MAXIMUM_SESSIONS_PER_USER))
    }
    const outcome = await this.#database.write(unit)
    if (outcome.ok) return 'created'
    // Nothing was written; both may be true, and either is a reason.
    const [existing] = await this.#database.read(
      statement('session-exists', 'select id from sessions where id = $1', [session.id]),
    )
    return existing || session.userId === null ? 'id-exists' : 'user-changed'
  }

  async find(sessionId: string): Promise<FoundSession | null> {
    if (!isStorable(sessionId)) return null
    const [row] = await this.#database.read(
      statement(
        'find-session',
        `select ${SESSION_COLUMNS}, ${USER_COLUMNS}
from sessions left join users on users.id = sessions.user_id where sessions.id = $1`,
        [sessionId],
      ),
    )
    if (!row) return null
    return { session: sessionFrom(row), user: row['account_id'] === null ? null : userFrom(row) }
  }

  async rotate(rotation: Rotation): Promise<boolean> {
    return (await countWritten(this.#database, statements.rotateSecret(rotation))) === 1
  }

  async retirePreviousSecret(sessionId: string, currentSecretHash: string, endsAt: number): Promise<void> {
    await countWritten(this.#database, statements.endPreviousSecret(sessionId, currentSecretHash, endsAt))
  }

  async touchMany(touches: readonly Touch[]): Promise<void> {
    const seenAtById = new Map<string, number>()
    for (const { sessionId, seenAt } of touches) {
      if (!Number.isSafeInteger(seenAt)) throw new TypeError(`seenAt: ${seenAt} is not a whole number of milliseconds`)
      if (isStorable(sessionId)) seenAtById.set(sessionId, Math.max(seenAt, seenAtById.get(sessionId) ?? seenAt))
    }
    const latest = [...seenAtById]
    for (let start = 0; start < latest.length; start += TOUCH_BATCH) {
      await countWritten(this.#database, statements.touchSessions(new Map(latest.slice(start, start + TOUCH_BATCH))))
    }
  }

  async revoke(sessionId: string, ownerId?: string): Promise<boolean> {
    if (!isStorable(sessionId)) return false
    const deletion =
      ownerId === undefined ? statements.deleteSession(sessionId) : statements.deleteOwnSession(sessionId, ownerId)
    return (await countWritten(this.#database, deletion)) === 1
  }

  async revokeByUser(userId: string, exceptSessionId?: string): Promise<number> {
    if (!isStorable(userId) || !isStorable(exceptSessionId ?? '')) return 0
    const spared = exceptSessionId ?? null
    const outcome = await this.#database.write([
      raiseEpoch(userId, spared),
      statements.deleteSessionsOf(userId, spared),
    ])
    return outcome.ok ? (outcome.counts[1] ?? 0) : 0
  }

  async listByUser(
    userId: string,
    alive: { readonly now: number; readonly idleSince: number },
  ): Promise<readonly Session[]> {
    if (!isStorable(userId)) return []
    const rows = await this.#database.read(
      statement(
        'list-sessions',
        `select ${SESSION_COLUMNS} from sessions
where user_id = $1 and expires_at > $2 and last_seen_at > $3 order by created_at desc, id limit $4`,
        [userId, alive.now, alive.idleSince, MAXIMUM_SESSIONS_PER_USER],
      ),
    )
    return rows.map((row) => sessionFrom(row))
  }

  deleteExpired(dead: { readonly now: number; readonly idleSince: number }, limit: number): Promise<number> {
    return deleteExpired(this.#database, dead, limit)
  }
}

function insertion(session: Session, credentialRevision: number | null): Statement {
  if (credentialRevision !== null) return statements.insertSignedInSession(session, credentialRevision)
  if (session.userId === null) return statements.insertSession(session)
  throw new TypeError('a session with a user needs the credential revision that was verified')
}
