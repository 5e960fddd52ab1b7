import { equal, ok, rejects } from 'node:assert/strict'
import { type StoreContract, withStore } from './contract-case.ts'
import { anAnonymousSession, expectSession, startAnonymous } from './records.ts'

/** The store as a whole. */
export function storeLifeContract(contract: StoreContract): void {
  withStore(contract, 'a store › tells its own time in whole milliseconds, forward', async (store) => {
    const first = await store.readTime()
    const second = await store.readTime()
    ok(Number.isSafeInteger(first) && first > Date.UTC(2025), `${first} is no instant`)
    ok(second >= first)
  })

  contract.test('a store › keeps what it acknowledged after it was closed, and opened again', async () => {
    const before = await contract.openStore()
    const session = await startAnonymous(before)
    await before.close()
    const after = await contract.openStore()
    await expectSession(after, session)
    await after.close()
  })

  contract.test('a store › finishes what was begun before it closes, and closes once', async () => {
    const sessions = Array.from({ length: 100 }, () => anAnonymousSession())
    const before = await contract.openStore()
    const creations = sessions.map((session) =>
      before.sessions.create(session, { credentialRevision: null, replaces: null }),
    )
    const [answers] = await Promise.all([Promise.all(creations), before.close(), before.close()])
    for (const answer of answers) equal(answer, 'created')
    const after = await contract.openStore()
    for (const session of sessions) await expectSession(after, session)
    await after.close()
  })

  contract.test('a store › that was closed answers with StoreUnavailable, and writes nothing', async () => {
    const store = await contract.openStore()
    await store.close()
    const failure = { name: 'StoreUnavailable', outcome: 'nothing-written' }
    await rejects(store.sessions.find(anAnonymousSession().id), failure)
    await rejects(store.sessions.create(anAnonymousSession(), { credentialRevision: null, replaces: null }), failure)
  })
}
