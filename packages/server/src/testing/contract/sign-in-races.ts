import { deepEqual, equal } from 'node:assert/strict'
import { MAXIMUM_SESSIONS_PER_USER } from '../../core/session/session-policy.ts'
import type { Store } from '../../core/store.ts'
import { type StoreContract, withTwoStores } from './contract-case.ts'
import {
  aHash,
  ALIVE,
  anId,
  aSessionOf,
  NOW,
  register,
  type Registered,
  requireSession,
  revisionOf,
  startSession,
} from './records.ts'

const ROUNDS = 30
const SIGN_INS = 16

/** Sign-ins that race what should stop them: the promise that no sign-in which verified the old password survives. */
export function signInRaceContract(contract: StoreContract): void {
  withTwoStores(
    contract,
    'a sign-in that races a password change › leaves no session [DESIGN 11.5]',
    async (stores) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const registered = await register(stores[0])
        const { user, credentialRevision } = registered
        const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: null }
        const changed = await amongSignIns(stores, registered, round, () =>
          stores[1].credentials.changePassword(change),
        )
        equal(changed, true)
        deepEqual(await stores[1].sessions.listByUser(user.id, ALIVE), [])
      }
    },
  )

  withTwoStores(contract, 'a sign-in that races a password change › leaves only the kept session', async (stores) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const registered = await register(stores[0])
      const { user, credentialRevision, session } = registered
      const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: session.id }
      await amongSignIns(stores, registered, round, () => stores[1].credentials.changePassword(change))
      deepEqual(await stores[1].sessions.listByUser(user.id, ALIVE), [session])
    }
  })

  withTwoStores(contract, 'a sign-in that races the disabling of its user › leaves no session', async (stores) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const registered = await register(stores[0])
      equal(await amongSignIns(stores, registered, round, () => stores[1].users.disable(registered.user.id, NOW)), true)
      deepEqual(await stores[1].sessions.listByUser(registered.user.id, ALIVE), [])
    }
  })

  withTwoStores(contract, 'sign-ins at once › leave a user 100 sessions [DESIGN 11.9]', async (stores) => {
    const registered = await register(stores[0])
    const { user, credentialRevision } = registered
    await Promise.all(Array.from({ length: 98 }, () => startSession(stores[0], registered)))
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        (index % 2 === 0 ? stores[0] : stores[1]).sessions.create(aSessionOf(user), {
          credentialRevision,
          replaces: null,
        }),
      ),
    )
    equal(
      answers.every((answer) => answer === 'created'),
      true,
    )
    // A list is cut off at 100, whatever there is: the count of those that end is not.
    equal(await stores[1].sessions.revokeByUser(user.id), MAXIMUM_SESSIONS_PER_USER)
  })

  withTwoStores(
    contract,
    'password changes at once › one wins, and its hash is the one that is kept',
    async (stores) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { user, credentialRevision } = await register(stores[0])
        const hashes = Array.from({ length: 6 }, () => aHash())
        const won = await Promise.all(
          hashes.map((passwordHash, index) =>
            (index % 2 === 0 ? stores[0] : stores[1]).credentials.changePassword({
              userId: user.id,
              credentialRevision,
              passwordHash,
              keepSessionId: null,
            }),
          ),
        )
        equal(won.filter(Boolean).length, 1)
        const found = await stores[0].credentials.findPassword({ email: user.email })
        equal(found?.passwordHash, hashes[won.indexOf(true)])
        equal(await revisionOf(stores[1], user), credentialRevision + 1)
      }
    },
  )

  withTwoStores(
    contract,
    'a hash upgrade that races a password change › never brings the old one back',
    async (stores) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { user, credentialRevision, passwordHash } = await register(stores[0])
        const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: null }
        await Promise.all([
          stores[0].credentials.upgradePasswordHash(user.id, passwordHash, aHash()),
          stores[1].credentials.changePassword(change),
          stores[0].credentials.upgradePasswordHash(user.id, passwordHash, aHash()),
        ])
        equal((await stores[0].credentials.findPassword({ email: user.email }))?.passwordHash, change.passwordHash)
      }
    },
  )

  withTwoStores(
    contract,
    'a rotation that races a password change › keeps no secret from before both',
    async (stores) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { user, credentialRevision, session } = await register(stores[0])
        const [second, third] = [aHash(), aHash()]
        const rotation = { sessionId: session.id, authenticatedAt: NOW, now: NOW }
        await stores[0].sessions.rotate({ ...rotation, expectedSecretHash: session.secretHash, newSecretHash: second })
        const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: session.id }
        const [changed] = await Promise.all([
          stores[0].credentials.changePassword(change),
          stores[1].sessions.rotate({ ...rotation, expectedSecretHash: second, newSecretHash: third }),
        ])
        equal(changed, true)
        const { secretHash, previous } = await requireSession(stores[0], session.id)
        equal(secretHash, third)
        equal(previous === null || previous.secretHash === second, true)
      }
    },
  )
}

/** Runs `stop` amid sign-ins that have verified the password already: before, among or after them, round by round. */
async function amongSignIns<T>(
  stores: readonly [Store, Store],
  { user, credentialRevision }: Registered,
  round: number,
  stop: () => Promise<T>,
): Promise<T> {
  const position = round % (SIGN_INS + 1)
  const signIn = (_: unknown, index: number) =>
    (index % 2 === 0 ? stores[0] : stores[1]).sessions.create(aSessionOf(user), {
      credentialRevision,
      replaces: index % 3 === 0 ? anId() : null,
    })
  const before = Array.from({ length: position }, signIn)
  const stopped = stop()
  const after = Array.from({ length: SIGN_INS - position }, signIn)
  // All in one: a rejection that nobody waits for yet would end the process that runs this.
  const [outcome, ...answers] = await Promise.all([stopped, ...before, ...after])
  for (const answer of answers) equal(answer === 'created' || answer === 'user-changed', true)
  return outcome
}
