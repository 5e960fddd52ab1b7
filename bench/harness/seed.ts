import { randomBytes } from 'node:crypto'
import { KeyRing } from '../../packages/server/src/core/key-ring.ts'
import { mintToken } from '../../packages/server/src/core/session/session-token.ts'
import type { Store } from '../../packages/server/src/core/store.ts'

const DAY_MS = 86_400_000
const AT_ONCE = 32

/** A key for the server under test, as COATCHECK_KEYS takes it. */
export function makeKey(): string {
  return randomBytes(32).toString('base64')
}

/**
 * Registers `count` users, each with one session that is good under `aal1`, by the store's own operations.
 *
 * @returns the tokens that their browsers would send
 */
export async function seedSessions(store: Store, key: string, count: number): Promise<readonly string[]> {
  const keys = new KeyRing([Buffer.from(key, 'base64')], 'session-token')
  const now = await store.readTime()
  const tokens: string[] = []
  const one = async (): Promise<string> => {
    const { token, sessionId, secretHash } = mintToken(keys, { bytes: randomBytes })
    const id = randomBytes(16).toString('base64url')
    const user = { id, email: `${id.toLowerCase()}@example.com`, username: null, name: 'Ada Lovelace' }
    const outcome = await store.users.register({
      user: { ...user, emailVerified: true, createdAt: now, disabledAt: null },
      passwordHash: '$argon2id$none',
      session: {
        id: sessionId,
        secretHash,
        previous: null,
        userId: id,
        createdAt: now,
        lastSeenAt: now,
        expiresAt: now + 30 * DAY_MS,
        authenticatedAt: now,
        methods: ['password'],
        clientAddress: '203.0.113.7',
        userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
        revision: 0,
      },
      replaces: null,
    })
    if (outcome !== 'created') throw new Error(`The user could not be registered: ${outcome}.`)
    return token
  }
  while (tokens.length < count) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - tokens.length) }, one)
    tokens.push(...(await Promise.all(batch)))
  }
  return tokens
}

/** The public ID of the session that a token is of. */
export function sessionIdOf(token: string): string {
  return Buffer.from(token, 'base64url').toString('base64url', 0, 16)
}

/** Tokens that the key made, of sessions that are not in the store: each has to be looked for there. */
export function endedTokens(key: string, count: number): readonly string[] {
  const keys = new KeyRing([Buffer.from(key, 'base64')], 'session-token')
  return Array.from({ length: count }, () => mintToken(keys, { bytes: randomBytes }).token)
}

/** Tokens of the right form that no key made, as an attacker without one would send. */
export function forgeTokens(count: number): readonly string[] {
  return Array.from({ length: count }, () => randomBytes(48).toString('base64url'))
}
