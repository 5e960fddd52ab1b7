import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Ratio } from '../harness/runs.ts'
import type { Spread } from '../harness/statistics.ts'
import { compareRatios, isRegression, verdictRows } from '../harness/regression.ts'

const at = (min: number, median: number, max: number) => ({ min, median, max })
const ratios = (of: Readonly<Record<string, Spread>>): Ratio[] =>
  Object.entries(of).map(([id, spread]) => ({ id, name: id, ...spread }))
const OURS = 'coatcheck serve, SQLite'
const PEER = 'express-session, PostgreSQL'

function moved(before: ReturnType<typeof at>, now: ReturnType<typeof at>): string | undefined {
  return compareRatios(ratios({ [OURS]: before }), ratios({ [OURS]: now }))[0]?.moved
}

describe('the quick run, compared with the committed results', () => {
  test('tells a ratio as moved where the two ranges have nothing in common, and only there', () => {
    assert.equal(moved(at(0.78, 0.8, 0.82), at(0.83, 0.84, 0.85)), 'up')
    assert.equal(moved(at(0.78, 0.8, 0.82), at(0.7, 0.75, 0.77)), 'down')
    assert.equal(moved(at(0.78, 0.8, 0.82), at(0.7, 0.72, 0.79)), 'within')
    assert.equal(moved(at(0.78, 0.8, 0.82), at(0.7, 0.75, 0.78)), 'within', 'ranges that touch')
    assert.equal(moved(at(0.1, 0.5, 0.9), at(0.4, 0.5, 0.6)), 'within', 'one range inside the other')
  })

  test('tells what is measured in one of the two only', () => {
    const ratio = at(0.7, 0.8, 0.9)
    const verdicts = compareRatios(ratios({ [OURS]: ratio, [PEER]: ratio }), ratios({ [OURS]: ratio, other: ratio }))
    assert.deepEqual(
      verdicts.map(({ name, moved }) => [name, moved]),
      [
        [OURS, 'within'],
        [PEER, 'missing'],
        ['other', 'new'],
      ],
    )
  })

  test('fails for Coatcheck alone: when a ratio of it fell, or is no longer measured', () => {
    const high = at(0.8, 0.8, 0.8)
    const low = at(0.7, 0.7, 0.7)
    const fails = (name: string, before: typeof high, now: typeof high | null): boolean =>
      compareRatios(ratios({ [name]: before }), ratios(now === null ? {} : { [name]: now })).some(isRegression)
    assert.equal(fails(OURS, high, low), true)
    assert.equal(fails(OURS, high, null), true)
    assert.equal(fails(OURS, low, high), false)
    assert.equal(fails(OURS, high, high), false)
    assert.equal(fails(PEER, high, low), false)
    assert.equal(fails(PEER, high, null), false)
  })

  test('a range that is not a number is no pass', () => {
    assert.equal(moved(at(0.78, 0.8, 0.82), at(NaN, NaN, NaN)), 'missing')
  })

  test('is told with both ranges', () => {
    const verdicts = compareRatios(ratios({ [OURS]: at(0.78, 0.8, 0.82) }), ratios({ [OURS]: at(0.7, 0.75, 0.77) }))
    assert.deepEqual(verdictRows(verdicts), [[OURS, '0.8 (0.78–0.82)', '0.75 (0.7–0.77)', 'DOWN']])
  })
})
