import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Repetitions } from '../src/repetitions.ts'

test('of one kind a hundred are told in a second, and what was left out once it is over', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const rests: unknown[] = []
  const repetitions = new Repetitions((fields, leftOut) => rests.push([fields, leftOut]))
  const told = (kind: string, times: number): number =>
    Array.from({ length: times }, () => repetitions.isTold(kind, { kind })).filter(Boolean).length
  assert.equal(told('busy', 130), 100)
  assert.equal(told('away', 7), 7, 'another kind is told beside it')
  assert.deepEqual(rests, [])
  t.mock.timers.tick(1_000)
  assert.deepEqual(rests, [[{ kind: 'busy' }, 30]])
  assert.equal(told('busy', 5), 5, 'a new second')
  repetitions.endPeriod()
  assert.equal(rests.length, 1)
})
