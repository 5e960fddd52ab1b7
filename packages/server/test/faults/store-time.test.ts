import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Clock } from '../../src/core/clock.ts'
import type { Store } from '../../src/core/store.ts'
import { storeTime } from '../../src/store-time.ts'
import { assemble } from '../support/assemble.ts'
import { openDatabase, STORES, type StoreKind } from '../support/scene.ts'
import { checkSession } from '../../src/core/session/check-session.ts'
import { startSession } from '../../src/core/session/start-session.ts'

const HOUR_MS = 3_600_000
const SOURCE = { address: null, userAgent: null }

/** The database says that it is an hour later than this machine does; a session that the database has seen end is used. */
async function refusesByTheDatabasesTime(kind: StoreKind, clockOf: (store: Store) => Clock): Promise<void> {
  const { store: real, close } = await openDatabase(kind)
  const store: Store = { ...real, readTime: async () => (await real.readTime()) + HOUR_MS }
  const policy = { absoluteSeconds: 1_800, idleSeconds: 1_800 }
  const core = assemble(store, { policy, clock: clockOf(store), keys: [randomBytes(32)] })
  try {
    const user = {
      id: 'u'.repeat(22),
      email: 'time@example.org',
      username: null,
      name: null,
      emailVerified: false,
      createdAt: 0,
      disabledAt: null,
    }
    const start = { userId: user.id, methods: ['password'] as const, now: Date.now(), source: SOURCE }
    const { started } = await startSession(core, start, (session) =>
      store.users.register({ user, passwordHash: '-', session, replaces: null }),
    )
    const check = await checkSession(core, started.token)
    assert.equal(check.ok, false)
    assert.equal(!check.ok && check.reason, 'expired')
  } finally {
    await close()
  }
}

/** The mutant: a node that asks its own clock. */
const ownClock: Clock = {
  now: () => Promise.resolve(Date.now()),
  nowIfKnown: () => Date.now(),
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  wait: () => Promise.resolve(),
}

describe("promise 12: it is the database's time that ends a session", () => {
  for (const kind of STORES) {
    test(`over ${kind}, with the clock that production has`, () => refusesByTheDatabasesTime(kind, storeTime))
    test(`and over ${kind} a node that asks its own clock is caught`, () =>
      assert.rejects(
        refusesByTheDatabasesTime(kind, () => ownClock),
        assert.AssertionError,
      ))
  }
})
