/**
 * The ports of the stores with their specification, and a clock that a test moves.
 *
 * For authors of stores, with any test runner: what passes `storeContract` fits Coatcheck. No option of `coatcheck()`
 * accepts a store or a clock of one's own yet, so for now this serves those who mean to bring one into Coatcheck, and
 * those who wrap one of its stores and want to know that it still keeps its promises.
 */
export { FakeClock } from './fake-clock.ts'
export { storeContract } from './store-contract.ts'
export type { StoreContract, TestFunction } from './contract/contract-case.ts'
export type { Clock } from '../core/clock.ts'
export type { Store } from '../core/store.ts'
export type { KeyMarks } from '../core/key-marks.ts'
export type { Beat, Change, ChangeFeed, FeedListener } from '../core/session/change-feed.ts'
export type { CreateOptions, FoundSession, Rotation, SessionStore, Touch } from '../core/session/session-store.ts'
export type { Method, PreviousSecret, Session } from '../core/session/session.ts'
export type { DataAnswer, LiveSession, SessionDataStore } from '../core/session-data/session-data-store.ts'
export { MAXIMUM_DATA_KEYS } from '../core/session-data/session-data-store.ts'
export { MAXIMUM_SESSIONS_PER_USER } from '../core/session/session-policy.ts'
export type { Registration, UserStore } from '../core/user/user-store.ts'
export type { User } from '../core/user/user.ts'
export type {
  CredentialStore,
  Identifier,
  PasswordChange,
  PasswordCredential,
} from '../core/credential/credential-store.ts'
export { Busy, StoreUnavailable } from '../core/errors.ts'
