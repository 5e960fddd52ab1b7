import { deepEqual, equal } from 'node:assert/strict'
import type { Store } from '../../core/store.ts'
import { type StoreContract, withStore, withTwoStores } from './contract-case.ts'
import { dataOf, done, expectEnded, live } from './data-records.ts'
import { aRegistration, aSessionOf, expectNoSession, register, startAnonymous, startSession } from './records.ts'

const CARRY_OVER = ['cart', 'locale', 'count']
const ROUNDS = 20

/** What becomes of the data when a session takes another's place. */
export function dataCarryOverContract(contract: StoreContract): void {
  withStore(
    contract,
    'a sign-in › carries over the listed data of an anonymous session, and no other',
    async (store) => {
      const registered = await register(store)
      const { id } = await startAnonymousWithData(store)
      const session = aSessionOf(registered.user)
      const { credentialRevision } = registered
      const options = { credentialRevision, replaces: id, carryOver: CARRY_OVER }
      equal(await store.sessions.create(session, options), 'created')
      deepEqual(await dataOf(store, session.id), { cart: '["a"]', count: '2' })
      equal(await done(store.data.increment(live(session.id), 'count', 1)), 3)
      await expectEnded(store, live(id))
    },
  )

  withStore(
    contract,
    'a registration › carries over the listed data of an anonymous session, and no other',
    async (store) => {
      const { id } = await startAnonymousWithData(store)
      const registration = { ...aRegistration(), replaces: id, carryOver: CARRY_OVER }
      equal(await store.users.register(registration), 'created')
      deepEqual(await dataOf(store, registration.session.id), { cart: '["a"]', count: '2' })
      await expectNoSession(store, id)
    },
  )

  withStore(contract, 'a sign-in › that lists nothing carries over nothing', async (store) => {
    const registered = await register(store)
    const { id } = await startAnonymousWithData(store)
    const session = aSessionOf(registered.user)
    const { credentialRevision } = registered
    equal(await store.sessions.create(session, { credentialRevision, replaces: id }), 'created')
    deepEqual(await dataOf(store, session.id), {})
  })

  withStore(contract, 'a sign-in › never carries data from one user to another, nor to the same one', async (store) => {
    const [alice, bob] = [await register(store), await register(store)]
    for (const next of [bob, alice]) {
      const before = await startSession(store, alice)
      await done(store.data.set(live(before.id), 'cart', '["hers"]'))
      const session = aSessionOf(next.user)
      const { credentialRevision } = next
      const options = { credentialRevision, replaces: before.id, carryOver: CARRY_OVER }
      equal(await store.sessions.create(session, options), 'created')
      deepEqual(await dataOf(store, session.id), {})
      await expectNoSession(store, before.id)
    }
  })

  withStore(contract, 'a sign-in › that comes to nothing leaves the anonymous session its data', async (store) => {
    const registered = await register(store)
    const { id } = await startAnonymousWithData(store)
    const before = await dataOf(store, id)
    const session = aSessionOf(registered.user)
    const credentialRevision = registered.credentialRevision - 1
    const options = { credentialRevision, replaces: id, carryOver: CARRY_OVER }
    equal(await store.sessions.create(session, options), 'user-changed')
    deepEqual(await dataOf(store, id), before)
    equal(await store.users.register({ ...registered, replaces: id, carryOver: CARRY_OVER }), 'email-taken')
    deepEqual(await dataOf(store, id), before)
  })

  withTwoStores(
    contract,
    'a write that races a sign-in › is carried over or refused, never lost [DESIGN 11.7]',
    async (stores) => {
      const registered = await register(stores[0])
      for (let round = 0; round < ROUNDS; round += 1) {
        const { id } = await startAnonymous(stores[0])
        const session = aSessionOf(registered.user)
        const { credentialRevision } = registered
        const counts = Array.from({ length: 8 }, (_, index) =>
          stores[index % 2 === 0 ? 0 : 1].data.increment(live(id), 'count', 1),
        )
        const options = { credentialRevision, replaces: id, carryOver: CARRY_OVER }
        const created = stores[1].sessions.create(session, options)
        const late = stores[0].data.increment(live(id), 'count', 1)
        const answers = await Promise.all([...counts, late])
        equal(await created, 'created')
        const counted = answers.filter(({ ok }) => ok).length
        equal(Number((await dataOf(stores[0], session.id))['count'] ?? 0), counted)
        await expectEnded(stores[0], live(id))
      }
    },
  )
}

async function startAnonymousWithData(store: Store): Promise<{ readonly id: string }> {
  const { id } = await startAnonymous(store)
  await done(store.data.set(live(id), 'cart', '["a"]'))
  await done(store.data.set(live(id), 'secret', '"of the visitor"'))
  await done(store.data.set(live(id), 'Cart', '"another key"'))
  await done(store.data.increment(live(id), 'count', 2))
  return { id }
}
