import { equal } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import {
  type Clock,
  type CreateOptions,
  type CredentialStore,
  type DataAnswer,
  FakeClock,
  type FoundSession,
  type Identifier,
  type LiveSession,
  type PasswordChange,
  type PasswordCredential,
  type Registration,
  type Rotation,
  type Session,
  type SessionDataStore,
  type SessionStore,
  type Store,
  storeContract,
  type Touch,
  type User,
  type UserStore,
} from 'coatcheck/testing'
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts'

// What somebody else would write, with the published types and nothing else: a store around another, which counts calls.
let calls = 0

function counted<Answer>(answer: Promise<Answer>): Promise<Answer> {
  calls += 1
  return answer
}

class CountedSessions implements SessionStore {
  readonly #inner: SessionStore

  constructor(inner: SessionStore) {
    this.#inner = inner
  }

  create(session: Session, options: CreateOptions): Promise<'created' | 'id-exists' | 'user-changed'> {
    return counted(this.#inner.create(session, options))
  }
  find(sessionId: string): Promise<FoundSession | null> {
    return counted(this.#inner.find(sessionId))
  }
  rotate(rotation: Rotation): Promise<boolean> {
    return counted(this.#inner.rotate(rotation))
  }
  retirePreviousSecret(sessionId: string, currentSecretHash: string, endsAt: number): Promise<void> {
    return counted(this.#inner.retirePreviousSecret(sessionId, currentSecretHash, endsAt))
  }
  touchMany(touches: readonly Touch[]): Promise<void> {
    return counted(this.#inner.touchMany(touches))
  }
  revoke(sessionId: string, ownerId?: string): Promise<boolean> {
    return counted(this.#inner.revoke(sessionId, ownerId))
  }
  revokeByUser(userId: string, exceptSessionId?: string): Promise<number | null> {
    return counted(this.#inner.revokeByUser(userId, exceptSessionId))
  }
  listByUser(userId: string, alive: { now: number; idleSince: number }): Promise<readonly Session[]> {
    return counted(this.#inner.listByUser(userId, alive))
  }
  deleteExpired(dead: { now: number; idleSince: number }, limit: number): Promise<number> {
    return counted(this.#inner.deleteExpired(dead, limit))
  }
}

function countedData(inner: SessionDataStore): SessionDataStore {
  return {
    get: (session: LiveSession, key): Promise<DataAnswer<string | null>> => counted(inner.get(session, key)),
    all: (session) => counted(inner.all(session)),
    set: (session, key, json) => counted(inner.set(session, key, json)),
    delete: (session, key) => counted(inner.delete(session, key)),
    take: (session, key) => counted(inner.take(session, key)),
    increment: (session, key, by) => counted(inner.increment(session, key, by)),
  }
}

function countedUsers(inner: UserStore): UserStore {
  return {
    register: (registration: Registration) => counted(inner.register(registration)),
    find: (userId: string): Promise<User | null> => counted(inner.find(userId)),
    findTaken: (email, username) => counted(inner.findTaken(email, username)),
    disable: (userId, now) => counted(inner.disable(userId, now)),
    enable: (userId) => counted(inner.enable(userId)),
  }
}

function countedCredentials(inner: CredentialStore): CredentialStore {
  return {
    findPassword: (identifier: Identifier): Promise<PasswordCredential | null> =>
      counted(inner.findPassword(identifier)),
    findUser: (userId) => counted(inner.findUser(userId)),
    changePassword: (change: PasswordChange) => counted(inner.changePassword(change)),
    upgradePasswordHash: (userId, expectedHash, newHash) =>
      counted(inner.upgradePasswordHash(userId, expectedHash, newHash)),
  }
}

async function openCounted(path: string): Promise<Store> {
  const inner = await openSqliteStore({ path })
  return {
    sessions: new CountedSessions(inner.sessions),
    data: countedData(inner.data),
    users: countedUsers(inner.users),
    credentials: countedCredentials(inner.credentials),
    keyMarks: inner.keyMarks,
    changes: inner.changes,
    readTime: () => inner.readTime(),
    requireReady: () => inner.requireReady(),
    close: () => inner.close(),
  }
}

describe('a store that was written with the published types alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-outsider-'))
  after(() => {
    rmSync(folder, { recursive: true })
    equal(calls > 100, true, 'the contract spoke to the store that it was given')
  })

  // The types are the point: a part of the contract shows that what they describe works. The stores' own tests run all.
  const some = /^(?:a (?:session|registration|password|password change|touch)|session data) ›/
  storeContract({
    test: (title, run) => (some.test(title) ? test(title, run) : undefined),
    openStore: () => openCounted(join(folder, 'outsider.db')),
  })
})

test('the clock that a test moves is a clock', async () => {
  const clock: Clock & Pick<FakeClock, 'advance'> = new FakeClock(5)
  await clock.advance(2)
  equal(await clock.now(), 7)
})
