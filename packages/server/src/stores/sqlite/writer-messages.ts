import type { Unit, UnitOutcome } from '../sql/sql-database.ts'
import type { UnitFailure } from './group-commit.ts'

/** What the writer's thread is started with. */
export interface WriterSettings {
  readonly path: string
  readonly lockWaitMs: number
}

/** To the thread: units to commit together, answered by one `answers`; or to end. */
export type ToWriter = { readonly kind: 'units'; readonly units: readonly Unit[] } | { readonly kind: 'close' }

/** From the thread: first `ready` or `refused`, then answers in the order of the questions. */
export type FromWriter =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly misconfigured: boolean; readonly reason: string }
  | { readonly kind: 'answers'; readonly answers: readonly (UnitOutcome | UnitFailure)[] }
