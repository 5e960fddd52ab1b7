import { deepEqual, equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Answer, Check, History, Revocation } from './history.ts'
import { judge } from './judge.ts'
import { lagsOf, mergeVerdicts, quantile } from './report.ts'

const L = 1_000

const check = (node: string, start: number, answer: Answer, session = 's'): Check => {
  return { node, session, start, end: start + 1, answer }
}

/** Begun at 90, acknowledged at 100, by node A unless told otherwise. */
const revocation = (changes: Partial<Revocation> = {}): Revocation => {
  return { how: 'sign-out', node: 'A', sessions: ['s'], start: 90, ackedAt: 100, ...changes }
}

const kinds = (checks: Check[], revocations: Revocation[]): readonly string[] =>
  judge({ checks, revocations }, L).violations.map(({ kind }) => kind)

describe('the checker of lease histories', () => {
  test('finds nothing where every node refuses in time', () => {
    const checks = [check('A', 50, 'valid'), check('A', 101, 'signed-out'), check('B', 1_100, 'valid')]
    deepEqual(kinds([...checks, check('B', 1_101, 'signed-out')], [revocation()]), [])
  })

  test('accuses the acknowledging node of one check that started right after', () => {
    deepEqual(kinds([check('A', 100.1, 'valid')], [revocation()]), ['same-node'])
  })

  test('forgives a check that started before the acknowledgement, however late its answer', () => {
    deepEqual(kinds([{ ...check('A', 99.9, 'valid'), end: 5_000 }], [revocation()]), [])
  })

  test('accuses another node only beyond L, by the start of the check', () => {
    deepEqual(kinds([check('B', 1_100, 'valid')], [revocation()]), [])
    deepEqual(kinds([check('B', 1_100.1, 'valid')], [revocation()]), ['late'])
  })

  test('accuses every node of a revocation that was typed as SQL only beyond L', () => {
    deepEqual(kinds([check('A', 500, 'valid'), check('A', 1_101, 'valid')], [revocation({ node: null })]), ['late'])
  })

  test('sees an acceptance that comes back after a refusal', () => {
    deepEqual(kinds([check('B', 200, 'signed-out'), check('B', 2_000, 'valid')], [revocation()]), ['late'])
  })

  test('holds nothing against an outage, nor against a revocation that was not acknowledged', () => {
    deepEqual(kinds([check('B', 2_000, 'unavailable')], [revocation()]), [])
    deepEqual(kinds([check('A', 2_000, 'valid')], [revocation({ ackedAt: null })]), [])
  })

  test('accuses whoever calls a live session signed out', () => {
    deepEqual(kinds([check('B', 50, 'signed-out')], [revocation()]), ['lost'])
    deepEqual(kinds([check('B', 50, 'signed-out', 'other')], [revocation()]), ['lost'])
  })

  test('forgives "signed out" from the moment a revocation was begun, acknowledged or not', () => {
    deepEqual(kinds([check('B', 89.5, 'signed-out')], [revocation({ ackedAt: null })]), [])
  })

  test('takes a revocation to end every session it names', () => {
    const both = revocation({ sessions: ['s', 'sibling'] })
    deepEqual(kinds([check('B', 1_200, 'valid', 'sibling')], [both]), ['late'])
  })

  test('accuses whoever gives no fit answer', () => deepEqual(kinds([check('B', 50, 'broken')], []), ['broken']))

  test('measures the lag of each other node, 0 where nothing was accepted, and none where nothing was known', () => {
    const checks = [
      check('A', 110, 'signed-out'),
      check('B', 130, 'valid'),
      check('B', 170, 'valid'),
      check('B', 180, 'signed-out'),
      check('C', 140, 'signed-out'),
      check('D', 150, 'unavailable'),
    ]
    const history: History = { checks, revocations: [revocation()] }
    const { lags, sameNodeAsked, worst, unavailable } = judge(history, L)
    deepEqual(lags, [
      { ms: 70, hinted: true },
      { ms: 0, hinted: true },
    ])
    equal(sameNodeAsked, 1)
    equal(unavailable, 1)
    deepEqual([...worst], [['sign-out', 70]])
  })

  test('adds up', () => {
    const one = judge({ checks: [check('B', 130, 'valid')], revocations: [revocation()] }, L)
    const two = judge({ checks: [check('B', 9_000, 'valid')], revocations: [revocation({ how: 'psql' })] }, L)
    const both = mergeVerdicts([one, two])
    deepEqual(lagsOf(both, true), [30, 8_900])
    equal(both.acknowledged, 2)
    equal(both.violations.length, 1)
    equal(quantile([1, 2, 3, 4], 0.5), 2)
    equal(quantile([], 0.5), 0)
  })
})
