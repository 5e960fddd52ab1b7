import { SessionsNotListed } from '../../core/errors.ts'
import {
  endOfSealedSession,
  type SealedClaims,
  sealedSession,
  type SealedState,
} from '../../core/session/sealed-session.ts'
import type { CreateOptions, FoundSession, Rotation, SessionStore } from '../../core/session/session-store.ts'
import type { Session } from '../../core/session/session.ts'
import { countWritten } from './count-written.ts'
import { integer, integerOrNull, isStorable, textOrNull } from './columns.ts'
import * as statements from './sealed-statements.ts'
import { deleteExpired } from './delete-expired.ts'
import { deleteSession, deleteSessionsOf } from './session-statements.ts'
import type { SqlDatabase } from './sql-database.ts'
import { previousFrom } from './session-row.ts'
import type { Row } from './statement.ts'
import { userFrom } from './user-row.ts'

/**
 * Sessions that are cookies: here is only what became of them since. Who is not known to be over lives, so nothing can be
 * listed or counted, and to start a session writes nothing.
 */
export class SealedSessionStore implements SessionStore {
  readonly #database: SqlDatabase

  constructor(database: SqlDatabase) {
    this.#database = database
  }

  /**
   * Looks whether what was verified still holds. The cookie's epoch was read with it: whatever changes afterwards raises the
   * epoch, and this session is over before it is used.
   */
  async create(session: Session, options: CreateOptions): Promise<'created' | 'user-changed'> {
    const { credentialRevision, replaces } = options
    if (session.userId === null || credentialRevision === null || session.epoch === undefined) {
      throw new TypeError('a sealed session has a user, with the epoch and the credential revision that were verified')
    }
    const [user] = await this.#database.read(statements.findStartable(session.userId, credentialRevision))
    if (user === undefined) return 'user-changed'
    if (replaces !== null) await this.revoke(replaces)
    return 'created'
  }

  async find(sessionId: string, claims?: SealedClaims): Promise<FoundSession | null> {
    // A cookie with its user in it was made without a database: nobody here can say what became of it.
    if (claims?.sessionId !== sessionId || claims.user !== undefined || !isStorable(claims.userId)) return null
    const [row] = await this.#database.read(statements.findSealed(sessionId, claims.userId))
    if (row === undefined) return null
    const session = sealedSession(claims, stateFrom(row))
    return session === null ? null : { session, user: userFrom(row) }
  }

  async rotate(rotation: Rotation): Promise<boolean> {
    const expiresAt = endOfSealedSession(rotation.sessionId)
    if (expiresAt === null || rotation.now >= expiresAt) return false
    return (await countWritten(this.#database, statements.rotateSealed(rotation, expiresAt))) === 1
  }

  async retirePreviousSecret(sessionId: string, currentSecretHash: string, endsAt: number): Promise<void> {
    await countWritten(this.#database, statements.endPreviousSealed(sessionId, currentSecretHash, endsAt))
  }

  /** A use is written nowhere. */
  touchMany(): Promise<void> {
    return Promise.resolve()
  }

  /**
   * Whose session an ID is, only its cookie says: for a stranger's sake, nobody may end one by claiming it. One of the time
   * when sessions were rows, or of a node that still keeps them so, ends too.
   */
  async revoke(sessionId: string, ownerId?: string): Promise<boolean> {
    const expiresAt = endOfSealedSession(sessionId)
    if (expiresAt === null || ownerId !== undefined) return false
    if ((await countWritten(this.#database, deleteSession(sessionId))) === 1) return true
    return (await countWritten(this.#database, statements.revokeSealed(sessionId, expiresAt))) === 1
  }

  async revokeByUser(userId: string, exceptSessionId?: string): Promise<null> {
    if (isStorable(userId) && isStorable(exceptSessionId ?? '')) {
      const spared = exceptSessionId ?? null
      await this.#database.write([statements.raiseEpoch(userId, spared), deleteSessionsOf(userId, spared)])
    }
    return null
  }

  listByUser(): Promise<readonly Session[]> {
    return Promise.reject(new SessionsNotListed())
  }

  deleteExpired(dead: { readonly now: number; readonly idleSince: number }, limit: number): Promise<number> {
    return deleteExpired(this.#database, dead, limit)
  }
}

function stateFrom(row: Row): SealedState {
  const sparedId = textOrNull(row, 'spared_session_id')
  const secretHash = textOrNull(row, 'secret_hash')
  return {
    revoked: row['revoked_id'] !== null,
    epoch: integer(row, 'epoch'),
    spared: sparedId === null ? null : { sessionId: sparedId, floor: integer(row, 'spared_floor') },
    rotated:
      secretHash === null
        ? null
        : {
            secretHash,
            authenticatedAt: integerOrNull(row, 'authenticated_at'),
            revision: integer(row, 'revision'),
            previous: previousFrom(row),
          },
  }
}
