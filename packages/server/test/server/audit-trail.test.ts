import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { pino } from 'pino'
import type { AuditEvent } from '../../src/core/audit/audit-event.ts'
import { auditTrail } from '../../src/server/audit-trail.ts'

const FROM = { address: '192.0.2.1', userAgent: null }
const FORGED: AuditEvent = { type: 'session.refused', reason: 'malformed-token', sessionId: null }
const WRONG: AuditEvent = { type: 'session.refused', reason: 'wrong-secret', sessionId: 'B'.repeat(22) }
const GUESSED: AuditEvent = { type: 'sign-in.refused', userId: null, reason: 'wrong-password' }

interface Line {
  readonly audit: { readonly type: string; readonly reason?: string }
  readonly leftOut?: number
}

/** A log, and what was written into it. */
function openLog(): { readonly log: pino.Logger; readonly lines: Line[] } {
  const lines: Line[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Line)
      done()
    },
  })
  return { log: pino(stream), lines }
}

test('of a flood of forged cookies 100 are told, and how many more there were', () => {
  const { log, lines } = openLog()
  const trail = auditTrail(log)
  for (let turn = 0; turn < 5_000; turn += 1) trail.record(FORGED, FROM)
  assert.equal(lines.length, 100)
  trail.close()
  assert.deepEqual(
    lines.slice(100).map(({ audit, leftOut }) => ({ audit, leftOut })),
    [{ audit: { type: 'session.refused', reason: 'malformed-token' }, leftOut: 4_900 }],
  )
})

test('a flood of sign-ups with a taken address is a flood', () => {
  const { log, lines } = openLog()
  const trail = auditTrail(log)
  for (let turn = 0; turn < 1_000; turn += 1) trail.record({ type: 'sign-up.refused', reason: 'email-taken' }, FROM)
  trail.close()
  assert.deepEqual([lines.length, lines.at(-1)?.leftOut], [101, 900])
})

test('a flood of one kind hides no other', () => {
  const { log, lines } = openLog()
  const trail = auditTrail(log)
  for (let turn = 0; turn < 1_000; turn += 1) trail.record(FORGED, FROM)
  trail.record(WRONG, FROM)
  for (let turn = 0; turn < 300; turn += 1) trail.record(GUESSED, FROM)
  trail.close()
  const count = (reason: string): number =>
    lines.filter(({ audit, leftOut }) => audit.reason === reason && leftOut === undefined).length
  assert.deepEqual([count('malformed-token'), count('wrong-secret'), count('wrong-password')], [100, 1, 300])
})

test('what was left out is told by itself, and then the counting begins anew', async () => {
  const { log, lines } = openLog()
  const trail = auditTrail(log)
  for (let turn = 0; turn < 150; turn += 1) trail.record(FORGED, FROM)
  const told = (): Line | undefined => lines.find(({ leftOut }) => leftOut !== undefined)
  for (let turn = 0; turn < 200 && told() === undefined; turn += 1) {
    await new Promise((resolve) => void setTimeout(resolve, 50))
  }
  assert.equal(told()?.leftOut, 50)
  trail.record(FORGED, FROM)
  trail.close()
  assert.equal(lines.length, 102)
})
