import { deepEqual, equal } from 'node:assert/strict'
import type { Store } from '../../core/store.ts'
import { type StoreContract, withStore } from './contract-case.ts'
import { ALIVE, anId, expectNoSession, expectSession, HOUR, register, startAnonymous, startSession } from './records.ts'

/** Long before the other cases' present: the only sessions here are those that these cases made. */
const PAST = Date.UTC(1971, 0, 1)
const DEAD = { now: PAST, idleSince: PAST - HOUR }

/** `SessionStore.revoke`, `revokeByUser` and `deleteExpired`. */
export function sessionEndContract(contract: StoreContract): void {
  withStore(contract, 'a revoked session › is gone, and was there to be revoked once', async (store) => {
    const session = await startAnonymous(store)
    equal(await store.sessions.revoke(session.id), true)
    await expectNoSession(store, session.id)
    equal(await store.sessions.revoke(session.id), false)
  })

  withStore(contract, 'a revoked session › belongs to the owner that was named, if one was [J9]', async (store) => {
    const [owner, stranger] = [await register(store), await register(store)]
    const anonymous = await startAnonymous(store)
    equal(await store.sessions.revoke(owner.session.id, stranger.user.id), false)
    equal(await store.sessions.revoke(anonymous.id, stranger.user.id), false)
    await expectSession(store, owner.session)
    await expectSession(store, anonymous)
    equal(await store.sessions.revoke(owner.session.id, owner.user.id), true)
    await expectNoSession(store, owner.session.id)
  })

  withStore(contract, 'ending a user’s sessions › ends them all, and nobody else’s', async (store) => {
    const [user, other] = [await register(store), await register(store)]
    const second = await startSession(store, user)
    equal(await store.sessions.revokeByUser(user.user.id), 2)
    equal(await store.sessions.revokeByUser(user.user.id), 0)
    await expectNoSession(store, user.session.id)
    await expectNoSession(store, second.id)
    await expectSession(store, other.session)
  })

  withStore(contract, 'ending a user’s sessions › may spare one, if it is the user’s own', async (store) => {
    const [user, other] = [await register(store), await register(store)]
    const kept = await startSession(store, user)
    equal(await store.sessions.revokeByUser(user.user.id, kept.id), 1)
    deepEqual(await store.sessions.listByUser(user.user.id, ALIVE), [kept])
    equal(await store.sessions.revokeByUser(user.user.id, other.session.id), 1)
    await expectSession(store, other.session)
  })

  withStore(
    contract,
    'expired sessions › are those past their absolute end or idle, to the millisecond',
    async (store) => {
      await deleteAllDead(store)
      const ended = await startAnonymous(store, { expiresAt: PAST, lastSeenAt: PAST })
      const idle = await startAnonymous(store, { expiresAt: PAST + HOUR, lastSeenAt: DEAD.idleSince })
      const alive = await startAnonymous(store, { expiresAt: PAST + 1, lastSeenAt: DEAD.idleSince + 1 })
      equal(await store.sessions.deleteExpired(DEAD, 100), 2)
      await expectNoSession(store, ended.id)
      await expectNoSession(store, idle.id)
      await expectSession(store, alive)
      equal(await store.sessions.revoke(alive.id), true)
    },
  )

  withStore(contract, 'expired sessions › are deleted at most so many at a time', async (store) => {
    await deleteAllDead(store)
    for (let made = 0; made < 25; made += 1) await startAnonymous(store, { expiresAt: PAST - made, lastSeenAt: PAST })
    equal(await store.sessions.deleteExpired(DEAD, 10), 10)
    equal(await store.sessions.deleteExpired(DEAD, 10), 10)
    equal(await store.sessions.deleteExpired(DEAD, 10), 5)
    equal(await store.sessions.deleteExpired(DEAD, 10), 0)
  })

  withStore(contract, 'expired sessions › are found as they stand until they are deleted', async (store) => {
    const session = await startAnonymous(store, { id: anId(), expiresAt: PAST, lastSeenAt: PAST })
    await expectSession(store, session)
    await deleteAllDead(store)
  })
}

async function deleteAllDead(store: Store): Promise<void> {
  while ((await store.sessions.deleteExpired({ now: PAST + HOUR, idleSince: PAST }, 1_000)) > 0);
}
