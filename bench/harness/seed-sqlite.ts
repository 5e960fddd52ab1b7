import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { KeyRing } from '../../packages/server/src/core/key-ring.ts'
import { mintToken } from '../../packages/server/src/core/session/session-token.ts'
import { AGENT, SESSION_COLUMNS } from './fill.ts'

const MONTH_MS = 30 * 86_400_000
/** They count as used until so far ahead: else each would have its use written, which is not what is measured. */
const USED_FOR_MS = 3_600_000

/** As `seedSessions`, but straight into an SQLite file, as fast as it takes them: for millions. */
export function seedSqlite(file: string, key: string, count: number): readonly string[] {
  const keys = new KeyRing([Buffer.from(key, 'base64')], 'session-token')
  const database = new DatabaseSync(file)
  const now = Date.now()
  const user = database.prepare(
    `insert into users (id, email, name, email_verified, credential_revision, created_at) values (?, ?, 'Ada Lovelace', 1, 0, ${now})`,
  )
  const session = database.prepare(`insert into sessions (${SESSION_COLUMNS})
values (?, ?, ?, ${now}, ${now + USED_FOR_MS}, ${now + MONTH_MS}, ${now}, 'password', '203.0.113.7', '${AGENT}', 0)`)
  database.exec('begin')
  const tokens = Array.from({ length: count }, () => {
    const { token, sessionId, secretHash } = mintToken(keys, { bytes: randomBytes })
    const userId = randomBytes(16).toString('base64url')
    user.run(userId, `${userId.toLowerCase()}@example.com`)
    session.run(sessionId, secretHash, userId)
    return token
  })
  database.exec('commit')
  database.close()
  return tokens
}
