import { deepEqual, equal } from 'node:assert/strict'
import type { Session } from '../../core/session/session.ts'
import type { Rotation } from '../../core/session/session-store.ts'
import { type StoreContract, withStore } from './contract-case.ts'
import {
  aHash,
  ALIVE,
  anId,
  expectNoSession,
  expectSession,
  HOUR,
  NOW,
  register,
  requireSession,
  startAnonymous,
  startSession,
} from './records.ts'

/** `SessionStore.rotate`, `retirePreviousSecret`, `touchMany` and `listByUser`. */
export function sessionLifeContract(contract: StoreContract): void {
  withStore(contract, 'a rotation › replaces the secret, and the old one keeps what it was worth', async (store) => {
    const session = await startSession(store, await register(store), { authenticatedAt: NOW - HOUR, revision: 3 })
    const rotation = rotationOf(session)
    equal(await store.sessions.rotate(rotation), true)
    const rotated = {
      ...session,
      secretHash: rotation.newSecretHash,
      authenticatedAt: NOW,
      previous: { secretHash: session.secretHash, authenticatedAt: NOW - HOUR, endsAt: null },
      revision: 4,
    }
    await expectSession(store, rotated)
    const again = rotationOf(rotated)
    await store.sessions.retirePreviousSecret(session.id, rotated.secretHash, NOW + 1)
    equal(await store.sessions.rotate(again), true)
    deepEqual((await requireSession(store, session.id)).previous, {
      secretHash: rotated.secretHash,
      authenticatedAt: NOW,
      endsAt: null,
    })
  })

  withStore(contract, 'a rotation › happens only while the expected secret is the current one', async (store) => {
    const session = await startAnonymous(store)
    const rotation = rotationOf(session)
    equal(await store.sessions.rotate({ ...rotation, expectedSecretHash: aHash() }), false)
    await expectSession(store, session)
    equal(await store.sessions.rotate(rotation), true)
    equal(await store.sessions.rotate({ ...rotation, newSecretHash: aHash() }), false)
    equal((await requireSession(store, session.id)).secretHash, rotation.newSecretHash)
  })

  withStore(contract, 'a rotation › happens before the absolute end only', async (store) => {
    const session = await startAnonymous(store)
    for (const now of [session.expiresAt, session.expiresAt + 1]) {
      equal(await store.sessions.rotate({ ...rotationOf(session), now }), false)
    }
    await expectSession(store, session)
    equal(await store.sessions.rotate({ ...rotationOf(session), now: session.expiresAt - 1 }), true)
  })

  withStore(contract, 'a previous secret › is given its end once, by the current secret', async (store) => {
    const session = await startAnonymous(store)
    const endOf = async () => (await requireSession(store, session.id)).previous?.endsAt
    await store.sessions.retirePreviousSecret(session.id, session.secretHash, NOW)
    await expectSession(store, session)
    const rotation = rotationOf(session)
    await store.sessions.rotate(rotation)
    await store.sessions.retirePreviousSecret(session.id, session.secretHash, NOW + 1)
    equal(await endOf(), null, 'the previous secret must not retire itself')
    await store.sessions.retirePreviousSecret(session.id, rotation.newSecretHash, NOW + 2)
    await store.sessions.retirePreviousSecret(session.id, rotation.newSecretHash, NOW + 3)
    equal(await endOf(), NOW + 2)
  })

  withStore(contract, 'a touch › moves lastSeenAt forward, never back', async (store) => {
    const [early, late, untouched] = [
      await startAnonymous(store),
      await startAnonymous(store),
      await startAnonymous(store),
    ]
    await store.sessions.touchMany([
      { sessionId: early.id, seenAt: NOW - 1 },
      { sessionId: late.id, seenAt: NOW + 9 },
      { sessionId: late.id, seenAt: NOW + 5 },
    ])
    await store.sessions.touchMany([{ sessionId: late.id, seenAt: NOW + 8 }])
    await store.sessions.touchMany([])
    await expectSession(store, early)
    await expectSession(store, { ...late, lastSeenAt: NOW + 9 })
    await expectSession(store, untouched)
  })

  withStore(contract, 'a touch › of thousands of sessions reaches them all', async (store) => {
    const sessions = await Promise.all(Array.from({ length: 50 }, () => startAnonymous(store)))
    const strangers = Array.from({ length: 3_000 }, () => anId())
    const ids = sessions.flatMap(({ id }, index) => [id, ...strangers.slice(index * 60, index * 60 + 60)])
    await store.sessions.touchMany(ids.map((sessionId) => ({ sessionId, seenAt: NOW + 1 })))
    for (const session of sessions) await expectSession(store, { ...session, lastSeenAt: NOW + 1 })
  })

  withStore(contract, 'an operation › on a session that is not there creates none', async (store) => {
    const sessionId = anId()
    await store.sessions.touchMany([{ sessionId, seenAt: NOW }])
    await store.sessions.retirePreviousSecret(sessionId, aHash(), NOW)
    const rotation = { sessionId, expectedSecretHash: aHash(), newSecretHash: aHash(), authenticatedAt: null, now: NOW }
    equal(await store.sessions.rotate(rotation), false)
    equal(await store.sessions.revoke(sessionId), false)
    await expectNoSession(store, sessionId)
  })

  withStore(contract, 'a list of sessions › has the user’s that are alive, newest first', async (store) => {
    const registered = await register(store)
    const other = await register(store)
    await startSession(store, other)
    const at = (minutes: number) => ({ createdAt: NOW + minutes * 60_000 })
    const oldest = await startSession(store, registered, at(-3))
    const newest = await startSession(store, registered, at(2))
    const lastMoment = await startSession(store, registered, { ...at(1), expiresAt: NOW + 1 })
    const hardlyIdle = await startSession(store, registered, { ...at(-1), lastSeenAt: ALIVE.idleSince + 1 })
    await startSession(store, registered, { expiresAt: NOW })
    await startSession(store, registered, { lastSeenAt: ALIVE.idleSince })
    const expected = [newest, lastMoment, registered.session, hardlyIdle, oldest]
    deepEqual(await store.sessions.listByUser(registered.user.id, ALIVE), expected)
    deepEqual(await store.sessions.listByUser(anId(), ALIVE), [])
  })
}

function rotationOf(session: Session): Rotation {
  return {
    sessionId: session.id,
    expectedSecretHash: session.secretHash,
    newSecretHash: aHash(),
    authenticatedAt: session.userId === null ? null : NOW,
    now: NOW,
  }
}
