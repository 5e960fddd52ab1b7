import { deepEqual, equal } from 'node:assert/strict'
import { type StoreContract, withStore } from './contract-case.ts'
import {
  ALIVE,
  aHash,
  aSessionOf,
  aUser,
  anAnonymousSession,
  anId,
  expectNoSession,
  expectSession,
  NOW,
  register,
  startAnonymous,
  startSession,
} from './records.ts'

/** `SessionStore.create` and `find`. */
export function sessionCreationContract(contract: StoreContract): void {
  withStore(contract, 'a session › is found as it was created, with its user', async (store) => {
    const registered = await register(store)
    const session = await startSession(store, registered, {
      previous: { secretHash: aHash(), authenticatedAt: NOW - 2, endsAt: NOW + 1 },
      revision: 7,
    })
    deepEqual(await store.sessions.find(session.id), { session, user: registered.user })
  })

  withStore(contract, 'a session › without a user is found with null', async (store) => {
    const session = await startAnonymous(store, { clientAddress: null, userAgent: null })
    deepEqual(await store.sessions.find(session.id), { session, user: null })
  })

  withStore(contract, 'a session › is found by its exact ID only [G3, G5]', async (store) => {
    const { id } = await startAnonymous(store, { id: `aB${anId().slice(2)}` })
    for (const other of [id.toLowerCase(), id.slice(0, -1), `${id}=`, `${id} `, `${id.slice(0, 4)}%`, '%', '_', '']) {
      await expectNoSession(store, other)
    }
  })

  withStore(contract, 'a session › under an ID that no column can hold is no session [J7]', async (store) => {
    for (const id of ['\0', `${anId()}\0`, '\ud800']) {
      await expectNoSession(store, id)
      equal(await store.sessions.revoke(id), false)
    }
  })

  withStore(
    contract,
    'a session › beyond 100 of one user ends the one used longest ago, never itself',
    async (store) => {
      const registered = await register(store)
      const stranger = await startSession(store, await register(store), { lastSeenAt: NOW - 1_000 })
      const first = registered.session
      await store.sessions.touchMany([{ sessionId: first.id, seenAt: NOW + 1 }])
      const others = []
      for (let index = 0; index < 99; index += 1) {
        others.push(await startSession(store, registered, { lastSeenAt: NOW - 500 + index }))
      }
      const newest = await startSession(store, registered, { lastSeenAt: NOW - 900 })
      await expectNoSession(store, others[0]?.id ?? '')
      for (const { id } of [first, newest, stranger, ...others.slice(1)]) {
        equal((await store.sessions.find(id))?.session.id, id)
      }
      equal((await store.sessions.listByUser(registered.user.id, ALIVE)).length, 100)
    },
  )

  withStore(contract, 'a session › never overwrites another [F7]', async (store) => {
    const registered = await register(store)
    const bystander = await startAnonymous(store)
    const existing = await startSession(store, registered)
    const rivals = [
      [anAnonymousSession({ id: existing.id }), null],
      [aSessionOf(registered.user, { id: existing.id }), registered.credentialRevision],
    ] as const
    for (const [rival, credentialRevision] of rivals) {
      const options = { credentialRevision, replaces: bystander.id }
      equal(await store.sessions.create(rival, options), 'id-exists')
      await expectSession(store, existing)
      await expectSession(store, bystander)
    }
  })

  withStore(contract, 'a session › ends the one that it replaces', async (store) => {
    const registered = await register(store)
    const anonymous = await startAnonymous(store)
    const session = aSessionOf(registered.user)
    const { credentialRevision } = registered
    equal(await store.sessions.create(session, { credentialRevision, replaces: anonymous.id }), 'created')
    await expectNoSession(store, anonymous.id)
    await expectSession(store, session)
  })

  withStore(contract, 'a session › may replace one that has ended already', async (store) => {
    const session = anAnonymousSession()
    equal(await store.sessions.create(session, { credentialRevision: null, replaces: anId() }), 'created')
    await expectSession(store, session)
  })

  withStore(contract, 'a signed-in session › is not created for another credential revision', async (store) => {
    const registered = await register(store)
    const anonymous = await startAnonymous(store)
    for (const difference of [-1, 1]) {
      const session = aSessionOf(registered.user)
      const credentialRevision = registered.credentialRevision + difference
      equal(await store.sessions.create(session, { credentialRevision, replaces: anonymous.id }), 'user-changed')
      await expectNoSession(store, session.id)
      await expectSession(store, anonymous)
    }
  })

  withStore(contract, 'a signed-in session › is not created for a user who is disabled or gone', async (store) => {
    const disabled = await register(store)
    equal(await store.users.disable(disabled.user.id, NOW), true)
    const raised = (await store.credentials.findPassword({ email: disabled.user.email }))?.credentialRevision ?? 0
    for (const [user, credentialRevision] of [[disabled.user, raised] as const, [aUser(), 1] as const]) {
      const session = aSessionOf(user)
      equal(await store.sessions.create(session, { credentialRevision, replaces: null }), 'user-changed')
      await expectNoSession(store, session.id)
    }
  })
}
