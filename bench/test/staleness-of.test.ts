import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stalenessOf } from '../page/staleness-of.ts'
import { keptOf } from './sample.ts'

test('staleness is found by ID; who says yes until expiry has none, and who was not asked is left out', () => {
  const data = {
    quick: { name: 'Quick, PostgreSQL', delaysMs: [1, 2, 9] },
    forever: { name: 'For ever', delaysMs: [310_000], untilExpiry: true },
    alone: { name: 'Alone', delaysMs: null },
  }
  const found = stalenessOf(keptOf('staleness', [{ title: '', notes: [], columns: [], rows: [], data }]))
  assert.deepEqual(
    [...found],
    [
      ['quick', 2],
      ['forever', null],
    ],
  )
})
