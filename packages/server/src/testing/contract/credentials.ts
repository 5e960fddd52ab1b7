import { deepEqual, equal } from 'node:assert/strict'
import type { User } from '../../core/user/user.ts'
import { type StoreContract, withStore } from './contract-case.ts'
import { aHash, ALIVE, anId, expectSession, NOW, register, requireSession, startSession } from './records.ts'

/** `CredentialStore`. */
export function credentialContract(contract: StoreContract): void {
  withStore(contract, 'a password › is found by email and by username, with user and revision', async (store) => {
    const { user, passwordHash, credentialRevision } = await register(store)
    const expected = { user, passwordHash, credentialRevision, epoch: 0 }
    deepEqual(await store.credentials.findPassword({ email: user.email }), expected)
    deepEqual(await store.credentials.findPassword({ username: user.username ?? '' }), expected)
  })

  withStore(contract, 'a user › is found by ID with revision, and nobody by what is no ID', async (store) => {
    const { user, credentialRevision } = await register(store)
    deepEqual(await store.credentials.findUser(user.id), { user, credentialRevision, epoch: 0 })
    await store.users.disable(user.id, NOW)
    const disabled = await store.credentials.findUser(user.id)
    deepEqual(disabled?.user, { ...user, disabledAt: NOW })
    equal(disabled?.credentialRevision, credentialRevision + 1)
    equal(await store.credentials.findUser(`x${user.id}`), null)
    equal(await store.credentials.findUser('nul \0'), null)
  })

  withStore(contract, 'a password › of nobody is null; an email is no username, nor the other way', async (store) => {
    const { user } = await register(store)
    equal(await store.credentials.findPassword({ email: `x${user.email}` }), null)
    equal(await store.credentials.findPassword({ username: user.email }), null)
    equal(await store.credentials.findPassword({ email: user.username ?? '' }), null)
  })

  withStore(contract, 'a password › of a disabled user is found, and the user says so', async (store) => {
    const { user, credentialRevision } = await register(store)
    await store.users.disable(user.id, NOW)
    const found = await store.credentials.findPassword({ email: user.email })
    equal(found?.user.disabledAt, NOW)
    equal(found.credentialRevision > credentialRevision, true)
  })

  withStore(
    contract,
    'an epoch › is raised by whatever ends all sessions of a user, and of nobody else',
    async (store) => {
      const { user, credentialRevision, session } = await register(store)
      const stranger = await register(store)
      const epochOf = async ({ email }: User) => (await store.credentials.findPassword({ email }))?.epoch
      await store.sessions.revoke(session.id)
      equal(await epochOf(user), 0)
      await store.sessions.revokeByUser(user.id)
      equal(await epochOf(user), 1)
      await store.sessions.revokeByUser(user.id, anId())
      equal(await epochOf(user), 2)
      const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: null }
      await store.credentials.changePassword({ ...change, credentialRevision: credentialRevision + 1 })
      equal(await epochOf(user), 2)
      await store.credentials.changePassword(change)
      equal(await epochOf(user), 3)
      await store.users.disable(user.id, NOW)
      equal(await epochOf(user), 4)
      await store.users.enable(user.id)
      equal(await epochOf(user), 4)
      equal(await epochOf(stranger.user), 0)
    },
  )

  withStore(contract, 'a password change › ends the other sessions, and raises the revision', async (store) => {
    const registered = await register(store)
    const { user, credentialRevision } = registered
    const other = await register(store)
    const kept = await startSession(store, registered)
    await startSession(store, registered)
    const passwordHash = aHash()
    const change = { userId: user.id, credentialRevision, passwordHash, keepSessionId: kept.id }
    equal(await store.credentials.changePassword(change), true)
    const found = await store.credentials.findPassword({ email: user.email })
    equal(found?.passwordHash, passwordHash)
    equal(found.credentialRevision > credentialRevision, true)
    deepEqual(await store.sessions.listByUser(user.id, ALIVE), [kept])
    await expectSession(store, other.session)
  })

  withStore(contract, 'a password change › leaves the kept session no previous secret', async (store) => {
    const { user, session, credentialRevision } = await register(store)
    const rotation = { sessionId: session.id, expectedSecretHash: session.secretHash, newSecretHash: aHash() }
    equal(await store.sessions.rotate({ ...rotation, authenticatedAt: NOW, now: NOW }), true)
    const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: session.id }
    equal(await store.credentials.changePassword(change), true)
    const { previous, secretHash } = await requireSession(store, session.id)
    equal(previous, null)
    equal(secretHash, rotation.newSecretHash)
  })

  withStore(contract, 'a password change › that keeps nothing ends every session', async (store) => {
    const registered = await register(store)
    const { user, credentialRevision } = registered
    await startSession(store, registered)
    const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: null }
    equal(await store.credentials.changePassword(change), true)
    deepEqual(await store.sessions.listByUser(user.id, ALIVE), [])
  })

  withStore(
    contract,
    'a password change › does not touch a stranger’s session that it was told to keep',
    async (store) => {
      const [{ user, credentialRevision }, stranger] = [await register(store), await register(store)]
      const { session } = stranger
      const rotation = { sessionId: session.id, expectedSecretHash: session.secretHash, newSecretHash: aHash() }
      await store.sessions.rotate({ ...rotation, authenticatedAt: NOW, now: NOW })
      const before = await requireSession(store, session.id)
      const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: session.id }
      equal(await store.credentials.changePassword(change), true)
      await expectSession(store, before)
      deepEqual(await store.sessions.listByUser(user.id, ALIVE), [])
    },
  )

  withStore(contract, 'a password change › with a revision that has moved on changes nothing', async (store) => {
    const registered = await register(store)
    const { user, passwordHash, credentialRevision, session } = registered
    for (const [userId, revision] of [
      [user.id, credentialRevision + 1],
      [anId(), credentialRevision],
    ] as const) {
      const change = { userId, credentialRevision: revision, passwordHash: aHash(), keepSessionId: null }
      equal(await store.credentials.changePassword(change), false)
    }
    const found = await store.credentials.findPassword({ email: user.email })
    deepEqual(found, { user, passwordHash, credentialRevision, epoch: 0 })
    await expectSession(store, session)
  })

  withStore(contract, 'a hash upgrade › replaces the expected hash only, and ends nothing', async (store) => {
    const { user, passwordHash, credentialRevision, session } = await register(store)
    const stronger = aHash()
    const find = () => store.credentials.findPassword({ email: user.email })
    await store.credentials.upgradePasswordHash(user.id, aHash(), stronger)
    await store.credentials.upgradePasswordHash(anId(), passwordHash, stronger)
    deepEqual(await find(), { user, passwordHash, credentialRevision, epoch: 0 })
    await store.credentials.upgradePasswordHash(user.id, passwordHash, stronger)
    deepEqual(await find(), { user, passwordHash: stronger, credentialRevision, epoch: 0 })
    await expectSession(store, session)
  })
}
