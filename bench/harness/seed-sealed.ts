import { randomBytes } from 'node:crypto'
import { newId } from '../../packages/server/src/core/random.ts'
import { sealedSessionId, writeClaims } from '../../packages/server/src/core/session/sealed-session.ts'
import type { Store } from '../../packages/server/src/core/store.ts'
import { aRegistration } from '../../packages/server/src/testing/contract/records.ts'

const DAY_MS = 86_400_000
const RANDOM = { bytes: randomBytes }

/** Registers `count` users, and makes what the cookie of a sealed session of each would hold. */
export async function seedSealed(store: Store, count: number): Promise<readonly string[]> {
  const createdAt = await store.readTime()
  const contents: string[] = []
  for (let made = 0; made < count; made += 1) {
    const registration = aRegistration()
    const user = { ...registration.user, username: null, name: 'Ada Lovelace', createdAt }
    const outcome = await store.users.register({ ...registration, user })
    if (outcome !== 'created') throw new Error(`The user could not be registered: ${outcome}.`)
    const expiresAt = createdAt + DAY_MS
    const times = { createdAt, expiresAt, authenticatedAt: createdAt }
    const sessionId = sealedSessionId(RANDOM, expiresAt)
    const mark = newId(RANDOM)
    contents.push(writeClaims({ sessionId, mark, userId: user.id, epoch: 0, ...times, methods: ['password'] }))
  }
  return contents
}
