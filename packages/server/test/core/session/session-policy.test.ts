import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  idleExpiresAt,
  isAlive,
  requireSessionPolicy,
  SESSION_POLICIES,
  touchIntervalMs,
} from '../../../src/core/session/session-policy.ts'

const policies = fc
  .tuple(fc.integer({ min: 1, max: 400 * 86_400 }), fc.integer({ min: 1, max: 400 * 86_400 }))
  .map(([left, right]) => ({ absoluteSeconds: Math.max(left, right), idleSeconds: Math.min(left, right) }))
const instants = fc.integer({ min: 0, max: 4_000_000_000_000 })

test('the named policies are those of NIST 800-63B-4, and valid', () => {
  assert.deepEqual(SESSION_POLICIES.aal2, { absoluteSeconds: 86_400, idleSeconds: 3_600 })
  for (const policy of Object.values(SESSION_POLICIES)) assert.equal(requireSessionPolicy(policy), policy)
})

test('a policy that cannot be is refused, naming the number', () => {
  assert.throws(() => requireSessionPolicy({ absoluteSeconds: 0, idleSeconds: 1 }), /absoluteSeconds is 0/)
  assert.throws(() => requireSessionPolicy({ absoluteSeconds: 10, idleSeconds: 1.5 }), /idleSeconds is 1.5/)
  assert.throws(() => requireSessionPolicy({ absoluteSeconds: 10, idleSeconds: Number.NaN }), /idleSeconds is NaN/)
  assert.throws(() => requireSessionPolicy({ absoluteSeconds: 401 * 86_400, idleSeconds: 1 }), /absoluteSeconds/)
  assert.throws(
    () => requireSessionPolicy({ absoluteSeconds: 10, idleSeconds: 11 }),
    /idle \(11 s\) is beyond absolute/,
  )
})

test('a session that has ended never lives again as time goes on', () => {
  fc.assert(
    fc.property(policies, instants, instants, fc.nat(10_000_000_000), (policy, lastSeenAt, now, later) => {
      const session = { lastSeenAt, expiresAt: lastSeenAt + policy.absoluteSeconds * 1_000 }
      return isAlive(policy, session, now) || !isAlive(policy, session, now + later)
    }),
  )
})

test('no session is alive at or after its absolute end, whatever was seen of it', () => {
  fc.assert(
    fc.property(policies, instants, instants, fc.nat(), (policy, lastSeenAt, expiresAt, later) => {
      return !isAlive(policy, { lastSeenAt, expiresAt }, expiresAt + later)
    }),
  )
})

test('a session used as often as uses are written is never refused for idleness before its idle end', () => {
  fc.assert(
    fc.property(policies, instants, (policy, usedAt) => {
      // The last write lies up to one interval before the last use.
      const session = { lastSeenAt: usedAt - touchIntervalMs(policy), expiresAt: Number.MAX_SAFE_INTEGER }
      return isAlive(policy, session, usedAt + policy.idleSeconds * 1_000 - 1)
    }),
  )
})

test('the idle end that users are told is never beyond the absolute one', () => {
  const session = { lastSeenAt: 900_000, expiresAt: 1_000_000 }
  assert.equal(idleExpiresAt(SESSION_POLICIES.aal3, session), 1_000_000)
})
