import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FoundSession } from '../../src/core/session/session-store.ts'
import { STORES } from '../support/scene.ts'
import {
  endsAtItsAbsoluteEnd,
  replacing,
  rotationLeavesOneSecret,
  unknownIs503,
  type Layer,
  type Scenario,
} from './scenarios.ts'

interface Promised {
  readonly title: string
  readonly scenario: Scenario
  /** Defects, each of which the same scenario must catch. */
  readonly mutants: Readonly<Record<string, Layer>>
}

/** What a node remembered that keeps answers for when the store is away. */
const remembered = new Map<string, FoundSession | null>()

const PROMISES: readonly Promised[] = [
  {
    title: 'promise 4: a node that cannot know answers 503',
    scenario: unknownIs503,
    mutants: {
      'takes an outage for "no such session"': replacing((sessions) => ({
        find: (id) => sessions.find(id).catch(() => null),
      })),
      'answers an outage from memory': replacing((sessions) => ({
        find: (id) =>
          sessions.find(id).then(
            (found) => (remembered.set(id, found), found),
            () => remembered.get(id) ?? null,
          ),
      })),
    },
  },
  {
    title: 'promise 10: rotation leaves one live secret beyond the grace',
    scenario: rotationLeavesOneSecret,
    mutants: {
      'never ends the previous secret': replacing(() => ({ retirePreviousSecret: () => Promise.resolve() })),
      'says that every rotation won': replacing((sessions) => ({
        rotate: (rotation) => sessions.rotate(rotation).then(() => true),
      })),
      'forgets to store the new secret': replacing(() => ({ rotate: () => Promise.resolve(true) })),
    },
  },
  {
    title: 'promise 12: no session is accepted after its absolute end',
    scenario: endsAtItsAbsoluteEnd,
    mutants: {
      'prolongs a session that is used': replacing((sessions) => ({
        find: async (id) => {
          const found = await sessions.find(id)
          return found && { ...found, session: { ...found.session, expiresAt: found.session.expiresAt + 1_000 } }
        },
      })),
    },
  },
]

for (const { title, scenario, mutants } of PROMISES) {
  describe(title, () => {
    for (const kind of STORES) {
      test(`holds over ${kind}`, () => scenario(kind))
      for (const [name, mutant] of Object.entries(mutants)) {
        test(`and is broken over ${kind} by a store that ${name}`, () =>
          assert.rejects(scenario(kind, mutant), assert.AssertionError))
      }
    }
  })
}
