import type { Store } from '../../core/store.ts'

/** `test` of node:test, vitest, jest, …: all take a title and a function that may return a promise. */
export type TestFunction = (title: string, run: () => Promise<void>) => unknown

/** What the contract needs to know of a store. */
export interface StoreContract {
  readonly test: TestFunction
  /** Opens a store on the database under test; called twice, two of them share it, as two nodes would. */
  readonly openStore: () => Promise<Store>
}

/** One case with a store of its own. */
export function withStore(contract: StoreContract, title: string, run: (store: Store) => Promise<void>): void {
  contract.test(title, async () => {
    const store = await contract.openStore()
    try {
      await run(store)
    } finally {
      await store.close()
    }
  })
}

/** One case with two stores on the same database. */
export function withTwoStores(
  contract: StoreContract,
  title: string,
  run: (stores: readonly [Store, Store]) => Promise<void>,
): void {
  withStore(contract, title, async (first) => {
    const second = await contract.openStore()
    try {
      await run([first, second])
    } finally {
      await second.close()
    }
  })
}
