import { deepEqual, equal } from 'node:assert/strict'
import { MAXIMUM_DATA_KEYS } from '../../core/session-data/session-data-store.ts'
import { type StoreContract, withStore, withTwoStores } from './contract-case.ts'
import { dataOf, done, expectEnded, expectRefused, live } from './data-records.ts'
import {
  anAnonymousSession,
  anId,
  expectNoSession,
  HOUR,
  NOW,
  register,
  requireSession,
  startAnonymous,
  startSession,
} from './records.ts'

const MOST = Number.MAX_SAFE_INTEGER

/** `SessionDataStore`. */
export function sessionDataContract(contract: StoreContract): void {
  withTwoStores(contract, 'session data › are what was last set, key by key, on every node', async ([one, other]) => {
    const session = live((await startSession(one, await register(one))).id)
    equal(await done(one.data.get(session, 'cart')), null)
    deepEqual(await dataOf(one, session.sessionId), {})
    await done(one.data.set(session, 'cart', '["a"]'))
    await done(other.data.set(session, 'Cart', '"Zoë 🧥 \\u0000"'))
    await done(other.data.set(session, 'cart', 'null'))
    equal(await done(other.data.get(session, 'cart')), 'null')
    deepEqual(await dataOf(one, session.sessionId), { cart: 'null', Cart: '"Zoë 🧥 \\u0000"' })
  })

  withStore(contract, 'session data › of one session are no other session’s', async (store) => {
    const registered = await register(store)
    const [mine, yours] = [live(registered.session.id), live((await startSession(store, registered)).id)]
    await done(store.data.set(mine, 'a', '1'))
    equal(await done(store.data.get(yours, 'a')), null)
    equal(await done(store.data.delete(yours, 'a')), false)
    equal(await done(store.data.take(yours, 'a')), null)
    equal(await done(store.data.get(mine, 'a')), '1')
  })

  withStore(contract, 'session data › that are deleted or taken are gone, and that is told once', async (store) => {
    const session = live((await startAnonymous(store)).id)
    await done(store.data.set(session, 'a', '1'))
    await done(store.data.set(session, 'b', '"saved"'))
    equal(await done(store.data.delete(session, 'a')), true)
    equal(await done(store.data.delete(session, 'a')), false)
    equal(await done(store.data.take(session, 'b')), '"saved"')
    equal(await done(store.data.take(session, 'b')), null)
    deepEqual(await dataOf(store, session.sessionId), {})
  })

  withStore(contract, 'a count › begins at nothing, goes both ways, and is an ordinary value', async (store) => {
    const session = live((await startAnonymous(store)).id)
    equal(await done(store.data.increment(session, 'n', 5)), 5)
    equal(await done(store.data.increment(session, 'n', -7)), -2)
    equal(await done(store.data.get(session, 'n')), '-2')
    await done(store.data.set(session, 'n', '40'))
    equal(await done(store.data.increment(session, 'n', 2)), 42)
    equal(await done(store.data.increment(session, 'n', 0)), 42)
  })

  withStore(
    contract,
    'a count › of what is no integer, or beyond 2^53 - 1, is refused and changes nothing',
    async (store) => {
      const session = live((await startAnonymous(store)).id)
      for (const json of ['"1"', '1.5', 'null', '[1]', '1e21', '9007199254740993']) {
        await done(store.data.set(session, 'n', json))
        await expectRefused(store.data.increment(session, 'n', 1), 'not-an-integer')
        equal(await done(store.data.get(session, 'n')), json)
      }
      await done(store.data.set(session, 'n', String(MOST - 1)))
      equal(await done(store.data.increment(session, 'n', 1)), MOST)
      await expectRefused(store.data.increment(session, 'n', 1), 'out-of-range')
      equal(await done(store.data.increment(session, 'n', -MOST)), 0)
      equal(await done(store.data.increment(session, 'n', -MOST)), -MOST)
      await expectRefused(store.data.increment(session, 'n', -1), 'out-of-range')
      equal(await done(store.data.get(session, 'n')), String(-MOST))
    },
  )

  withStore(contract, 'session data › are at most 64 keys; those that are there can still change', async (store) => {
    const session = live((await startAnonymous(store)).id)
    for (let index = 0; index < MAXIMUM_DATA_KEYS; index += 1) await done(store.data.set(session, `k${index}`, '1'))
    await expectRefused(store.data.set(session, 'more', '1'), 'too-many-keys')
    await expectRefused(store.data.increment(session, 'more', 1), 'too-many-keys')
    await done(store.data.set(session, 'k0', '2'))
    equal(await done(store.data.increment(session, 'k0', 1)), 3)
    equal(await done(store.data.delete(session, 'k1')), true)
    equal(await done(store.data.increment(session, 'more', 1)), 1)
    equal(Object.keys(await dataOf(store, session.sessionId)).length, MAXIMUM_DATA_KEYS)
  })

  withStore(
    contract,
    'session data › of a session that has ended are refused, and revive nothing [DESIGN 11.2]',
    async (store) => {
      const { id } = await startAnonymous(store)
      await done(store.data.set(live(id), 'a', '1'))
      equal(await store.sessions.revoke(id), true)
      for (const ended of [id, anId(), '', '\0']) {
        await expectEnded(store, live(ended))
        await expectNoSession(store, ended)
      }
      // What was kept of it did not wait for another of its name.
      equal(
        await store.sessions.create(anAnonymousSession({ id }), { credentialRevision: null, replaces: null }),
        'created',
      )
      deepEqual(await dataOf(store, id), {})
    },
  )

  withStore(
    contract,
    'session data › end with the session’s time, to the millisecond [DESIGN 11.12]',
    async (store) => {
      const session = await startAnonymous(store, { lastSeenAt: NOW - 10 })
      await done(store.data.set(live(session.id, { now: session.expiresAt - 1 }), 'a', '1'))
      await expectEnded(store, live(session.id, { now: session.expiresAt }))
      await done(store.data.set(live(session.id, { idleSince: NOW - 11 }), 'a', '1'))
      await expectEnded(store, live(session.id, { idleSince: NOW - 10 }))
      deepEqual(await requireSession(store, session.id), session)
    },
  )

  withStore(
    contract,
    'session data › go with an account that is disabled, and with what has expired',
    async (store) => {
      const registered = await register(store)
      const past = Date.UTC(1971, 0, 1)
      const expired = await startAnonymous(store, { createdAt: past, lastSeenAt: past, expiresAt: past + HOUR })
      const before = { now: past, idleSince: past - 1 }
      await done(store.data.set(live(registered.session.id), 'a', '1'))
      await done(store.data.set(live(expired.id, before), 'a', '1'))
      await store.users.disable(registered.user.id, NOW)
      while ((await store.sessions.deleteExpired({ now: past + HOUR, idleSince: past }, 1_000)) > 0);
      for (const id of [registered.session.id, expired.id]) {
        await expectNoSession(store, id)
        const again = anAnonymousSession({ id })
        equal(await store.sessions.create(again, { credentialRevision: null, replaces: null }), 'created')
        deepEqual(await dataOf(store, id), {})
      }
    },
  )

  withTwoStores(
    contract,
    'session data › are told to no other node: no answer from memory has them',
    async ([hearing, acting]) => {
      const session = live((await startAnonymous(acting)).id)
      await hearing.changes.beat(1_000)
      await done(acting.data.set(session, 'a', '1'))
      await done(acting.data.increment(session, 'a', 1))
      await done(acting.data.delete(session, 'a'))
      const { changes } = await hearing.changes.beat(1_000)
      equal(
        changes.some((change) => change.kind === 'everything' || change.id === session.sessionId),
        false,
      )
    },
  )
}
