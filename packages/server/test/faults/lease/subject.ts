import type { Answer } from './history.ts'

/** A session that the driver holds the cookie's value of. */
export interface Held {
  readonly session: string
  readonly token: string
}

/** A user with two sessions: one to be ended, and one that may do it. */
export interface Victim {
  readonly user: string
  readonly target: Held
  readonly sibling: Held
}

/** A check as it was asked and answered. */
export interface Asked {
  readonly start: number
  readonly end: number
  readonly answer: Answer
}

/** A way to end the victim's session. */
export interface Way {
  readonly how: string
  /** Whether a node is asked to do it; otherwise it is typed as SQL. */
  readonly atNode: boolean
  /** All the sessions that it may end. */
  ends(victim: Victim): readonly string[]
  /**
   * Does it. `refused`: the sibling that asked was called signed out. Never throws.
   */
  run(victim: Victim, node: string): Promise<'acknowledged' | 'refused' | 'unknown'>
}

/** A session system of several nodes, as the driver sees it. */
export interface Subject {
  readonly nodes: readonly string[]
  readonly ways: readonly Way[]
  newVictim(): Promise<Victim>
  check(node: string, held: Held): Promise<Asked>
}
