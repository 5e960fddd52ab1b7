import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OpenedCookies } from '../../../src/core/session/opened-cookies.ts'

const claimsOf = (name: string) => ({ sessionId: name, secretHash: name })

describe('opened cookies', () => {
  test('never more are remembered than were allowed, however many come', () => {
    const opened = new OpenedCookies(10)
    for (let index = 0; index < 1_000; index += 1) {
      opened.set(`hash-${index}`, claimsOf(`${index}`))
      assert.ok(opened.size <= 10)
    }
    assert.deepEqual(opened.get('hash-999'), claimsOf('999'))
    assert.equal(opened.get('hash-0'), undefined)
  })

  test('what is used stays, whatever comes besides', () => {
    const opened = new OpenedCookies(10)
    opened.set('used', claimsOf('used'))
    for (let index = 0; index < 1_000; index += 1) {
      opened.set(`hash-${index}`, claimsOf(`${index}`))
      assert.deepEqual(opened.get('used'), claimsOf('used'))
    }
    assert.ok(opened.size <= 10)
  })

  test('none are remembered where none may be, nor after all were forgotten', () => {
    for (const most of [0, 1]) {
      const none = new OpenedCookies(most)
      none.set('hash', claimsOf('one'))
      assert.equal(none.size, 0)
    }
    const opened = new OpenedCookies(10)
    for (let index = 0; index < 8; index += 1) opened.set(`hash-${index}`, claimsOf(`${index}`))
    opened.clear()
    assert.equal(opened.size, 0)
  })
})
