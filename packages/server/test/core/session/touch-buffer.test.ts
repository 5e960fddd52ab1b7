import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreUnavailable } from '../../../src/core/errors.ts'
import type { Touch } from '../../../src/core/session/session-store.ts'
import { TouchBuffer } from '../../../src/core/session/touch-buffer.ts'

const policy = { absoluteSeconds: 3_600, idleSeconds: 600 }

/** A sink that remembers its batches, and fails while `down`. */
class Sink {
  readonly batches: (readonly Touch[])[] = []
  down = false

  touchMany(touches: readonly Touch[]): Promise<void> {
    if (this.down) return Promise.reject(new StoreUnavailable('down', { outcome: 'nothing-written' }))
    this.batches.push(touches)
    return Promise.resolve()
  }
}

test('a use is noted once an interval, with its time, and written in two flushes: the store may skip one', async () => {
  const sink = new Sink()
  const touches = new TouchBuffer(sink, policy)
  const session = { id: 's', lastSeenAt: 0 }
  touches.record(session, 59_999)
  touches.record(session, 60_000)
  touches.record(session, 60_001)
  for (let flush = 0; flush < 4; flush += 1) await touches.flush()
  const written = [{ sessionId: 's', seenAt: 60_000 }]
  assert.deepEqual(sink.batches, [written, written])
})

test('what could not be written goes out with the next flush, and a later use is not undone', async () => {
  const sink = new Sink()
  const touches = new TouchBuffer(sink, policy)
  touches.record({ id: 'a', lastSeenAt: 0 }, 100_000)
  touches.record({ id: 'b', lastSeenAt: 0 }, 100_000)
  sink.down = true
  const failed = touches.flush()
  touches.record({ id: 'a', lastSeenAt: 0 }, 200_000)
  await assert.rejects(failed, StoreUnavailable)
  sink.down = false
  await touches.flush()
  assert.deepEqual(Object.fromEntries(sink.batches.flat().map(({ sessionId, seenAt }) => [sessionId, seenAt])), {
    a: 200_000,
    b: 100_000,
  })
})

test('memory is bounded: beyond 100,000 sessions further ones wait for their next use', async () => {
  const sink = new Sink()
  const touches = new TouchBuffer(sink, policy)
  for (let index = 0; index < 100_100; index += 1) touches.record({ id: `s${index}`, lastSeenAt: 0 }, 100_000)
  await touches.flush()
  assert.equal(sink.batches.flat().length, 100_000)
  assert.ok(sink.batches.every((batch) => batch.length <= 1_000))
})
