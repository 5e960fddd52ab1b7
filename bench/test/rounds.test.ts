import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ordered } from '../harness/rounds.ts'

const TURNS = [0, 1, 2, 3, 4]

for (const count of [2, 3, 5, 10, 25, 28]) {
  const items = Array.from({ length: count }, (_none, index) => index)
  const orders = TURNS.map((turn) => ordered(items, turn))

  test(`${count} subjects: each has its turn in each round`, () => {
    for (const order of orders)
      assert.deepEqual(
        order.toSorted((one, other) => one - other),
        items,
      )
  })

  test(`${count} subjects: nobody is always the first`, () => {
    assert.ok(new Set(orders.map(([first]) => first)).size > 1)
  })

  test(`${count} subjects: nobody always comes after the same one`, () => {
    for (const item of items) {
      const before = new Set(orders.map((order) => order[order.indexOf(item) - 1]))
      assert.ok(before.size > 1, `${item} comes after ${[...before].join()}`)
    }
  })
}

test('one subject, and none', () => {
  assert.deepEqual(ordered(['only'], 3), ['only'])
  assert.deepEqual(ordered([], 3), [])
})
