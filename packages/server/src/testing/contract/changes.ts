import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import type { Change } from '../../core/session/change-feed.ts'
import type { Store } from '../../core/store.ts'
import { type StoreContract, withStore, withTwoStores } from './contract-case.ts'
import {
  aHash,
  aRegistration,
  aSessionOf,
  NOW,
  type Registered,
  register,
  startAnonymous,
  startSession,
} from './records.ts'

const LEASE_MS = 1_000

/** What becomes of one user with two sessions, and which changes tell of it. */
interface TellingWrite {
  readonly what: string
  readonly changes: (of: Registered, second: string) => readonly Change[]
  write(store: Store, of: Registered, second: string): Promise<unknown>
}

const session = (id: string): Change => ({ kind: 'session', id })
const user = ({ user: { id } }: Registered): Change => ({ kind: 'user', id })

const TELLING: readonly TellingWrite[] = [
  {
    what: 'the end of a session',
    write: (store, _of, second) => store.sessions.revoke(second),
    changes: (_of, second) => [session(second)],
  },
  {
    what: 'the end of all sessions of a user',
    write: (store, of) => store.sessions.revokeByUser(of.user.id),
    changes: (of, second) => [session(of.session.id), session(second)],
  },
  {
    what: 'a rotation',
    write: (store, of) => rotate(store, of),
    changes: (of) => [session(of.session.id)],
  },
  {
    what: 'the end of a previous secret',
    async write(store, of) {
      const secretHash = await rotate(store, of)
      await store.sessions.retirePreviousSecret(of.session.id, secretHash, NOW)
    },
    changes: (of) => [session(of.session.id)],
  },
  {
    what: 'a change of password',
    write: (store, of) =>
      store.credentials.changePassword({
        userId: of.user.id,
        credentialRevision: of.credentialRevision,
        passwordHash: aHash(),
        keepSessionId: of.session.id,
      }),
    changes: (of, second) => [user(of), session(second)],
  },
  {
    what: 'the disabling of a user',
    write: (store, of) => store.users.disable(of.user.id, NOW),
    changes: (of, second) => [user(of), session(of.session.id), session(second)],
  },
  {
    what: 'a sign-in in the place of another session',
    write: (store, of, second) =>
      store.sessions.create(aSessionOf(of.user), { credentialRevision: of.credentialRevision, replaces: second }),
    changes: (_of, second) => [session(second)],
  },
  {
    what: 'a registration in the place of another session',
    write: (store, _of, second) => store.users.register({ ...aRegistration(), replaces: second }),
    changes: (_of, second) => [session(second)],
  },
]

/** `ChangeFeed`: what one node hears of what another did. */
export function changeContract(contract: StoreContract): void {
  withStore(contract, 'a heartbeat › follows upon the one before, unless it is the first', async ({ changes }) => {
    equal((await changes.beat(LEASE_MS)).continuous, false)
    equal((await changes.beat(LEASE_MS)).continuous, true)
    ok((await changes.longestLeaseMs()) >= 0)
    await changes.trim()
    equal((await changes.beat(LEASE_MS)).continuous, true)
  })

  for (const { what, write, changes } of TELLING) {
    withTwoStores(
      contract,
      `a heartbeat › tells of ${what} on another node, once it is acknowledged`,
      async (stores) => {
        const [hearing, acting] = stores
        const registered = await register(acting)
        const second = await startSession(acting, registered)
        await hearing.changes.beat(LEASE_MS)
        await write(acting, registered, second.id)
        const beat = await hearing.changes.beat(LEASE_MS)
        equal(beat.continuous, true)
        for (const change of changes(registered, second.id))
          ok(includes(beat.changes, change), `${change.kind} is told`)
      },
    )
  }

  withTwoStores(
    contract,
    'a heartbeat › does not tell of uses, nor of what came to nothing',
    async ([hearing, acting]) => {
      const registered = await register(acting)
      const id = registered.session.id
      await hearing.changes.beat(LEASE_MS)
      await acting.sessions.touchMany([{ sessionId: id, seenAt: NOW + 1 }])
      equal(await acting.sessions.revoke(id, aRegistration().user.id), false)
      equal(await acting.users.register(registered), 'email-taken')
      const { changes } = await hearing.changes.beat(LEASE_MS)
      deepEqual(
        changes.filter((change) => includes([session(id), user(registered)], change)),
        [],
      )
    },
  )

  withTwoStores(contract, 'heartbeats › miss none of what many do at once', async ([hearing, acting]) => {
    const sessions = await Promise.all(Array.from({ length: 200 }, () => startAnonymous(acting)))
    await hearing.changes.beat(LEASE_MS)
    const heard = new Set<string>()
    let ended = 0
    const acknowledged = sessions.map(({ id }) => acting.sessions.revoke(id).finally(() => (ended += 1)))
    while (ended < sessions.length) {
      await hear(hearing, heard)
      // A store that answers at once would let nothing else happen.
      await setImmediate()
    }
    await Promise.all(acknowledged)
    await hear(hearing, heard)
    deepEqual(
      sessions.filter(({ id }) => !heard.has(id)),
      [],
    )
  })

  contract.test('a heartbeat › of a store that was closed fails', async () => {
    const store = await contract.openStore()
    await store.changes.beat(LEASE_MS)
    await store.close()
    await rejects(store.changes.beat(LEASE_MS))
  })
}

async function hear(store: Store, heard: Set<string>): Promise<void> {
  const beat = await store.changes.beat(LEASE_MS)
  equal(beat.continuous, true)
  for (const change of beat.changes) if (change.kind === 'session') heard.add(change.id)
}

async function rotate(store: Store, { session: { id, secretHash } }: Registered): Promise<string> {
  const newSecretHash = aHash()
  const rotation = { sessionId: id, expectedSecretHash: secretHash, newSecretHash, authenticatedAt: NOW, now: NOW }
  equal(await store.sessions.rotate(rotation), true)
  return newSecretHash
}

function includes(changes: readonly Change[], wanted: Change): boolean {
  return changes.some((change) =>
    change.kind === 'everything' || wanted.kind === 'everything'
      ? change.kind === wanted.kind
      : change.kind === wanted.kind && change.id === wanted.id,
  )
}
