import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { jsonText, MAXIMUM_VALUE_BYTES } from '../../../src/core/session-data/json-text.ts'

describe('a value of session data', () => {
  test('that is JSON comes back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const once: unknown = JSON.parse(jsonText('key', value))
        // JSON has no -0.
        assert.deepEqual(once, JSON.parse(JSON.stringify(value)))
      }),
    )
    const bare: Record<string, unknown> = Object.assign(Object.create(null), { a: 1 })
    assert.equal(jsonText('key', bare), '{"a":1}')
    assert.equal(jsonText('key', 'half \ud800, NUL \0'), '"half \\ud800, NUL \\u0000"')
  })

  const cycle: { self?: unknown } = {}
  cycle.self = cycle
  const shared = Array.from({ length: 40 }).reduce<unknown>((inner) => [inner, inner], 1)
  for (const [what, value, code, sentence] of [
    ['undefined', undefined, 'not-json', /cart is undefined/],
    ['undefined inside', { items: [{ note: undefined }] }, 'not-json', /cart\.items\[0\]\.note is undefined/],
    ['a hole', [1, , 3], 'not-json', /cart\[1\] is undefined/], // oxlint-disable-line no-sparse-arrays
    ['a function', { run: () => 1 }, 'not-json', /cart\.run is a function/],
    ['a symbol', Symbol('x'), 'not-json', /cart is a symbol/],
    ['a bigint', { n: 1n }, 'not-json', /cart\.n is a bigint/],
    ['NaN', Number.NaN, 'not-json', /cart is NaN/],
    ['infinity', [-Infinity], 'not-json', /cart\[0\] is -Infinity/],
    ['a date', new Date(0), 'not-json', /cart is a Date/],
    ['a map', { m: new Map() }, 'not-json', /cart\.m is a Map/],
    ['an object of no class', { m: Object.create(Object.create(null)) as object }, 'not-json', /cart\.m is an object/],
    ['a cycle', cycle, 'not-json', /100 levels deep; does it contain itself/],
    ['too much of the same', shared, 'value-too-large', /too many parts/],
    ['a byte too many', 'x'.repeat(MAXIMUM_VALUE_BYTES - 1), 'value-too-large', /has 16385 bytes/],
    [
      'a character of more than a byte too many',
      'é'.repeat(MAXIMUM_VALUE_BYTES / 2),
      'value-too-large',
      /has 16386 bytes/,
    ],
  ] as const) {
    test(`that has ${what} is refused, and where is said`, () => {
      assert.throws(() => jsonText('cart', value), { name: 'SessionDataError', code, message: sentence })
    })
  }

  test('may have 16 KiB to the byte', () => {
    assert.equal(jsonText('cart', 'x'.repeat(MAXIMUM_VALUE_BYTES - 2)).length, MAXIMUM_VALUE_BYTES)
  })
})
