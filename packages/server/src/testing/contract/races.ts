import { deepEqual, equal } from 'node:assert/strict'
import type { Store } from '../../core/store.ts'
import { type StoreContract, withTwoStores } from './contract-case.ts'
import {
  aHash,
  ALIVE,
  anAnonymousSession,
  anId,
  aRegistration,
  expectNoSession,
  HOUR,
  NOW,
  register,
  requireSession,
  startAnonymous,
  startSession,
} from './records.ts'

const ROUNDS = 20
const PAST = Date.UTC(1972, 0, 1)

/** What must hold when many ask at once, on two nodes. */
export function raceContract(contract: StoreContract): void {
  withTwoStores(contract, 'two rotations at once › one wins [DESIGN 11.10]', async (stores) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, secretHash } = await startAnonymous(stores[0])
      const hashes = Array.from({ length: 8 }, () => aHash())
      const won = await Promise.all(
        hashes.map((newSecretHash, index) => rotate(pick(stores, index), id, secretHash, newSecretHash)),
      )
      equal(won.filter(Boolean).length, 1)
      const session = await requireSession(stores[1], id)
      equal(session.secretHash, hashes[won.indexOf(true)])
      equal(session.previous?.secretHash, secretHash)
      equal(session.revision, 1)
    }
  })

  withTwoStores(contract, 'a revocation during touches and rotations › stays [DESIGN 11.2, L9]', async (stores) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id, secretHash } = await startAnonymous(stores[0])
      const touches = Array.from({ length: 6 }, (_, index) =>
        pick(stores, index).sessions.touchMany([{ sessionId: id, seenAt: NOW + index }]),
      )
      const rotation = rotate(stores[1], id, secretHash, aHash())
      const revocations = [stores[0].sessions.revoke(id), stores[1].sessions.revoke(id)]
      await Promise.all([...touches, rotation, ...revocations])
      equal((await Promise.all(revocations)).filter(Boolean).length, 1)
      await expectNoSession(stores[0], id)
      await expectNoSession(stores[1], id)
    }
  })

  withTwoStores(contract, 'twenty sessions of one ID at once › one is created [F7]', async (stores) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const rivals = Array.from({ length: 20 }, () => anAnonymousSession({ id: `r${round}` + anId().slice(4) }))
      const id = anId()
      const answers = await Promise.all(
        rivals.map((rival, index) =>
          pick(stores, index).sessions.create({ ...rival, id }, { credentialRevision: null, replaces: null }),
        ),
      )
      equal(answers.filter((answer) => answer === 'created').length, 1)
      equal((await requireSession(stores[1], id)).secretHash, rivals[answers.indexOf('created')]?.secretHash)
    }
  })

  for (const [what, answer] of [
    ['email', 'email-taken'],
    ['username', 'username-taken'],
  ] as const) {
    withTwoStores(
      contract,
      `fifty registrations of one ${what} at once › one is created [DESIGN 11.1]`,
      async (stores) => {
        for (let round = 0; round < 4; round += 1) {
          const shared = aRegistration().user[what] ?? ''
          const rivals = Array.from({ length: 50 }, () => aRegistration({ [what]: shared }))
          const answers = await Promise.all(rivals.map((rival, index) => pick(stores, index).users.register(rival)))
          const expected = [...Array.from({ length: 49 }, () => answer), 'created'].toSorted()
          deepEqual(answers.toSorted(), expected)
          for (const [index, rival] of rivals.entries()) {
            const created = answers[index] === 'created'
            equal((await stores[0].users.find(rival.user.id)) !== null, created)
            equal((await stores[1].sessions.find(rival.session.id)) !== null, created)
          }
        }
      },
    )
  }

  withTwoStores(contract, 'expired sessions › are counted once when two nodes delete them', async (stores) => {
    const dead = { now: PAST, idleSince: PAST - HOUR }
    // What an earlier run that was interrupted left behind.
    while ((await stores[0].sessions.deleteExpired(dead, 1_000)) > 0);
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        startAnonymous(pick(stores, index), { expiresAt: PAST, lastSeenAt: PAST }),
      ),
    )
    let deleted = 0
    for (;;) {
      const counts = await Promise.all(
        Array.from({ length: 6 }, (_, index) => pick(stores, index).sessions.deleteExpired(dead, 7)),
      )
      const sum = counts.reduce((total, count) => total + count, 0)
      if (sum === 0) break
      deleted += sum
    }
    equal(deleted, 60)
  })

  withTwoStores(
    contract,
    'operations on the same sessions at once › all come to an end, and a disabled user has no session',
    async (stores) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const registered = await register(stores[0])
        const { user, credentialRevision } = registered
        const sessions = await Promise.all(Array.from({ length: 12 }, () => startSession(stores[0], registered)))
        const ids = sessions.map(({ id }) => id)
        const kept = ids[0] ?? ''
        const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: kept }
        const [changed, disabled] = await Promise.all([
          stores[0].credentials.changePassword(change),
          stores[1].users.disable(user.id, NOW),
          stores[0].sessions.revokeByUser(user.id, kept),
          stores[1].sessions.revokeByUser(user.id, ids[1]),
          ...ids.toReversed().map((id, index) => pick(stores, index).sessions.revoke(id)),
          ...ids.map((sessionId, index) => pick(stores, index).sessions.touchMany([{ sessionId, seenAt: NOW + 1 }])),
          stores[1].sessions.touchMany(ids.toReversed().map((sessionId) => ({ sessionId, seenAt: NOW + 2 }))),
          stores[0].sessions.deleteExpired({ now: PAST, idleSince: PAST }, 100),
        ])
        equal(disabled, true)
        deepEqual(await stores[0].credentials.findPassword({ email: user.email }), {
          user: { ...user, disabledAt: NOW },
          passwordHash: changed ? change.passwordHash : registered.passwordHash,
          credentialRevision: credentialRevision + (changed ? 2 : 1),
          epoch: changed ? 4 : 3,
        })
        for (const id of [registered.session.id, ...ids]) await expectNoSession(stores[1], id)
        deepEqual(await stores[1].sessions.listByUser(user.id, ALIVE), [])
      }
    },
  )
}

function pick(stores: readonly [Store, Store], index: number): Store {
  return index % 2 === 0 ? stores[0] : stores[1]
}

function rotate(store: Store, sessionId: string, expectedSecretHash: string, newSecretHash: string): Promise<boolean> {
  return store.sessions.rotate({ sessionId, expectedSecretHash, newSecretHash, authenticatedAt: null, now: NOW })
}
