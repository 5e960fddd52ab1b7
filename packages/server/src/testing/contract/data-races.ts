import { deepEqual, equal } from 'node:assert/strict'
import { MAXIMUM_DATA_KEYS } from '../../core/session-data/session-data-store.ts'
import type { Store } from '../../core/store.ts'
import { type StoreContract, withTwoStores } from './contract-case.ts'
import { dataOf, done, expectEnded, live } from './data-records.ts'
import { anAnonymousSession, expectNoSession, startAnonymous } from './records.ts'

const ROUNDS = 10

/** What must hold of the data of one session when many change them at once, on two nodes. */
export function dataRaceContract(contract: StoreContract): void {
  withTwoStores(contract, 'different keys at once › are all there [DESIGN 11.7]', async (stores) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await startAnonymous(stores[0])
      const keys = Array.from({ length: 20 }, (_, index) => `k${index}`)
      await Promise.all(keys.map((key, index) => done(pick(stores, index).data.set(live(id), key, String(index)))))
      deepEqual(Object.keys(await dataOf(stores[0], id)).toSorted(), keys.toSorted())
    }
  })

  withTwoStores(contract, 'counts at once › add up, and each answer is given once [DESIGN 11.7]', async (stores) => {
    const { id } = await startAnonymous(stores[0])
    const sums = await Promise.all(
      Array.from({ length: 200 }, (_, index) => done(pick(stores, index).data.increment(live(id), 'n', 1))),
    )
    deepEqual(
      sums.toSorted((a, b) => a - b),
      Array.from({ length: 200 }, (_, index) => index + 1),
    )
    deepEqual(await dataOf(stores[1], id), { n: '200' })
  })

  withTwoStores(
    contract,
    'a hundred new keys at once › are 64, and the rest is refused [DESIGN 11.9]',
    async (stores) => {
      for (let round = 0; round < 3; round += 1) {
        const { id } = await startAnonymous(stores[0])
        const answers = await Promise.all(
          Array.from({ length: 100 }, (_, index) => {
            const { data } = pick(stores, index)
            return index % 4 < 2 ? data.set(live(id), `k${index}`, '1') : data.increment(live(id), `k${index}`, 1)
          }),
        )
        const kept = answers.flatMap(({ ok }, index) => (ok ? [`k${index}`] : []))
        equal(kept.length, MAXIMUM_DATA_KEYS)
        deepEqual(Object.keys(await dataOf(stores[1], id)).toSorted(), kept.toSorted())
      }
    },
  )

  withTwoStores(contract, 'a value that twenty take at once › is given to one [DESIGN 11.6]', async (stores) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { id } = await startAnonymous(stores[0])
      await done(stores[0].data.set(live(id), 'notice', '"saved"'))
      const taken = await Promise.all(
        Array.from({ length: 20 }, (_, index) => done(pick(stores, index).data.take(live(id), 'notice'))),
      )
      deepEqual(
        taken.filter((json) => json !== null),
        ['"saved"'],
      )
    }
  })

  withTwoStores(
    contract,
    'a revocation during writes of data › stays, and keeps none [DESIGN 11.2]',
    async (stores) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { id } = await startAnonymous(stores[0])
        const write = (index: number) =>
          index % 3 === 0
            ? pick(stores, index).data.increment(live(id), 'n', 1)
            : pick(stores, index).data.set(live(id), `k${index}`, '1')
        const before = Array.from({ length: 10 }, (_, index) => write(index))
        const revoked = stores[1].sessions.revoke(id)
        const after = Array.from({ length: 10 }, (_, index) => write(index))
        equal(await revoked, true)
        await Promise.all([...before, ...after])
        await expectNoSession(stores[0], id)
        await expectEnded(stores[0], live(id))
        const again = anAnonymousSession({ id })
        equal(await stores[0].sessions.create(again, { credentialRevision: null, replaces: null }), 'created')
        deepEqual(await dataOf(stores[1], id), {})
      }
    },
  )
}

function pick(stores: readonly [Store, Store], index: number): Store {
  return index % 2 === 0 ? stores[0] : stores[1]
}
