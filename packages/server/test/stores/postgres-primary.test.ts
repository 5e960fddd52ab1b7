import { equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Primary } from '../../src/stores/postgres/primary.ts'

const LEASE_MS = 1_000
const at = (monotonicMs: number, wallMs = monotonicMs) => ({ monotonicMs, wallMs })

describe('a read from a server that has standbys', () => {
  test('is believed for one lease after the server was asked to confirm a write, and from no other', () => {
    const primary = new Primary(LEASE_MS)
    equal(primary.isBelieved('a', at(0)), false)
    primary.confirm({ server: 'a', sentAt: at(0), synchronous: true })
    equal(primary.isBelieved('a', at(999)), true)
    equal(primary.isBelieved('a', at(1_000)), false)
    equal(primary.isBelieved('b', at(999)), false)
  })

  test('is not believed when this machine was suspended meanwhile, and its monotonic clock stood still [DESIGN 5]', () => {
    const primary = new Primary(LEASE_MS)
    primary.confirm({ server: 'a', sentAt: at(0), synchronous: true })
    equal(primary.isBelieved('a', at(10, 5_000)), false)
  })

  test('is believed by the latest confirmation, in whatever order they come', () => {
    const primary = new Primary(LEASE_MS)
    primary.confirm({ server: 'a', sentAt: at(500), synchronous: true })
    primary.confirm({ server: 'a', sentAt: at(0), synchronous: true })
    equal(primary.isBelieved('a', at(1_400)), true)
    primary.confirm({ server: 'b', sentAt: at(600), synchronous: false })
    equal(primary.isBelieved('a', at(700)), false)
    equal(primary.isSynchronous('b'), false)
  })

  test('from elsewhere than the feed is told at once', () => {
    const primary = new Primary(LEASE_MS)
    let disagreements = 0
    primary.onDisagreement(() => (disagreements += 1))
    primary.poolIsOn('b')
    primary.feedIsOn('a')
    primary.poolIsOn('a')
    equal(disagreements, 0)
    primary.poolIsOn('b')
    equal(disagreements, 1)
  })
})
