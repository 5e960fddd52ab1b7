/** What users of Coatcheck need to test their own stores and back-ends, with any test runner. */
export { FakeClock } from './fake-clock.ts'
export { storeContract } from './store-contract.ts'
export type { StoreContract, TestFunction } from './contract/contract-case.ts'
