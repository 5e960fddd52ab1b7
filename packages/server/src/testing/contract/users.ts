import { deepEqual, equal } from 'node:assert/strict'
import { type StoreContract, withStore } from './contract-case.ts'
import {
  ALIVE,
  anAnonymousSession,
  anId,
  aRegistration,
  aSessionOf,
  expectNoSession,
  expectSession,
  NOW,
  register,
  revisionOf,
  startAnonymous,
  startSession,
} from './records.ts'

/** `UserStore`. */
export function userContract(contract: StoreContract): void {
  withStore(contract, 'a registration › makes user, password and session together', async (store) => {
    const anonymous = await startAnonymous(store)
    const registration = { ...aRegistration({ emailVerified: true }), replaces: anonymous.id }
    const { user, session, passwordHash } = registration
    equal(await store.users.register(registration), 'created')
    deepEqual(await store.users.find(user.id), user)
    deepEqual(await store.sessions.find(session.id), { session, user })
    equal((await store.credentials.findPassword({ email: user.email }))?.passwordHash, passwordHash)
    await expectNoSession(store, anonymous.id)
  })

  withStore(
    contract,
    'a registration › needs neither username nor name, and shares the lack of them',
    async (store) => {
      for (const { user } of [
        await register(store, { username: null, name: null }),
        await register(store, { username: null, name: null }),
      ]) {
        deepEqual(await store.users.find(user.id), user)
      }
    },
  )

  withStore(contract, 'a registration › of a taken email, username or ID writes nothing', async (store) => {
    const { user, session } = await register(store)
    const anonymous = await startAnonymous(store)
    const attempts = [
      [aRegistration({ email: user.email }), 'email-taken'],
      [aRegistration({ username: user.username }), 'username-taken'],
      [aRegistration({ email: user.email, username: user.username }), 'email-taken'],
      [aRegistration({ id: user.id }), 'id-exists'],
    ] as const
    for (const [attempt, answer] of attempts) {
      equal(await store.users.register({ ...attempt, replaces: anonymous.id }), answer)
      if (attempt.user.id !== user.id) equal(await store.users.find(attempt.user.id), null)
      await expectNoSession(store, attempt.session.id)
    }
    deepEqual(await store.users.find(user.id), user)
    await expectSession(store, session)
    await expectSession(store, anonymous)
  })

  withStore(contract, 'a registration › whose session ID exists leaves no user behind', async (store) => {
    const existing = await startAnonymous(store)
    const anonymous = await startAnonymous(store)
    const attempt = aRegistration()
    const { user } = attempt
    const colliding = { ...attempt, session: aSessionOf(user, { id: existing.id }), replaces: anonymous.id }
    equal(await store.users.register(colliding), 'id-exists')
    equal(await store.users.find(user.id), null)
    equal(await store.users.findTaken(user.email, user.username), null)
    equal(await store.credentials.findPassword({ email: user.email }), null)
    await expectSession(store, existing)
    await expectSession(store, anonymous)
    equal(await store.users.register(attempt), 'created', 'the same person may try again')
  })

  withStore(contract, 'a look for what is taken › says which, the email first', async (store) => {
    const [{ user }, { user: other }] = [await register(store), await register(store)]
    const free = aRegistration().user
    equal(await store.users.findTaken(free.email, free.username), null)
    equal(await store.users.findTaken(free.email, null), null)
    equal(await store.users.findTaken(user.email, null), 'email-taken')
    equal(await store.users.findTaken(free.email, user.username), 'username-taken')
    equal(await store.users.findTaken(user.email, other.username), 'email-taken')
  })

  withStore(contract, 'a user › who does not exist is null, and can be neither disabled nor enabled', async (store) => {
    for (const id of [anId(), '', '\0']) equal(await store.users.find(id), null)
    equal(await store.users.disable(anId(), NOW), false)
    equal(await store.users.enable(anId()), false)
  })

  withStore(contract, 'a disabled user › has no session, gets none, and the first instant stays', async (store) => {
    const registered = await register(store)
    const { user } = registered
    const [second, other] = [await startSession(store, registered), await register(store)]
    equal(await store.users.disable(user.id, NOW + 1), true)
    equal(await store.users.disable(user.id, NOW + 2), true)
    deepEqual(await store.users.find(user.id), { ...user, disabledAt: NOW + 1 })
    await expectNoSession(store, registered.session.id)
    await expectNoSession(store, second.id)
    await expectSession(store, other.session)
  })

  withStore(contract, 'an enabled user › signs in again, but not by a check from before', async (store) => {
    const registered = await register(store)
    const { user, credentialRevision } = registered
    await store.users.disable(user.id, NOW)
    equal(await store.users.enable(user.id), true)
    deepEqual(await store.users.find(user.id), user)
    deepEqual(await store.sessions.listByUser(user.id, ALIVE), [])
    const session = aSessionOf(user)
    equal(await store.sessions.create(session, { credentialRevision, replaces: null }), 'user-changed')
    const raised = await revisionOf(store, user)
    equal(await store.sessions.create(session, { credentialRevision: raised, replaces: null }), 'created')
  })

  withStore(contract, 'a user › never gains a session by an anonymous one', async (store) => {
    const { user, session } = await register(store)
    equal(await store.sessions.create(anAnonymousSession(), { credentialRevision: null, replaces: null }), 'created')
    deepEqual(await store.sessions.listByUser(user.id, ALIVE), [session])
  })
}
