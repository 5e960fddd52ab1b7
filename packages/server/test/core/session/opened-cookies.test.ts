import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OpenedCookies } from '../../../src/core/session/opened-cookies.ts'

const claimsOf = (name: string) => ({ sessionId: name, secretHash: name })

describe('opened cookies', () => {
  test('never more are remembered than were allowed, however many come', () => {
    const opened = new OpenedCookies(10, 1_000_000)
    for (let index = 0; index < 1_000; index += 1) {
      opened.set(`hash-${index}`, claimsOf(`${index}`), 300)
      assert.ok(opened.size <= 10)
    }
    assert.deepEqual(opened.get('hash-999'), claimsOf('999'))
    assert.equal(opened.get('hash-0'), undefined)
  })

  test('what is used stays, whatever comes besides', () => {
    const opened = new OpenedCookies(10, 1_000_000)
    opened.set('used', claimsOf('used'), 300)
    for (let index = 0; index < 1_000; index += 1) {
      opened.set(`hash-${index}`, claimsOf(`${index}`), 300)
      assert.deepEqual(opened.get('used'), claimsOf('used'))
    }
    assert.ok(opened.size <= 10)
  })

  test('nor more than the memory that they may take', () => {
    const opened = new OpenedCookies(1_000_000, 100_000)
    for (let index = 0; index < 1_000; index += 1) opened.set(`hash-${index}`, claimsOf(`${index}`), 600)
    assert.ok(opened.size > 50 && opened.size <= 100, `${opened.size} of 1,000 bytes each`)
    opened.set('vast', claimsOf('vast'), 100_000)
    assert.equal(opened.get('vast'), undefined)
  })

  test('none are remembered where none may be, nor after all were forgotten', () => {
    for (const most of [0, 1]) {
      const none = new OpenedCookies(most, 1_000_000)
      none.set('hash', claimsOf('one'), 300)
      assert.equal(none.size, 0)
    }
    const opened = new OpenedCookies(10, 1_000_000)
    for (let index = 0; index < 8; index += 1) opened.set(`hash-${index}`, claimsOf(`${index}`), 300)
    opened.clear()
    assert.equal(opened.size, 0)
  })
})
