import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { FakeClock } from '../../src/testing/fake-clock.ts'

test('a fake clock › stands still until it is moved', async () => {
  const clock = new FakeClock(1_000)
  equal(await clock.now(), 1_000)
  const monotonic = clock.monotonicMs()
  await clock.advance(250)
  equal(await clock.now(), 1_250)
  equal(clock.monotonicMs() - monotonic, 250)
})

test('a fake clock › ends waits in their order, each at its own instant', async () => {
  const clock = new FakeClock(0)
  const seen: string[] = []
  const late = clock.wait(30).then(async () => seen.push(`late ${await clock.now()}`))
  const loop = async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await clock.wait(10)
      seen.push(`loop ${await clock.now()}`)
    }
  }
  const looping = loop()
  await clock.advance(9)
  deepEqual(seen, [])
  await clock.advance(16)
  deepEqual(seen, ['loop 10', 'loop 20'])
  await clock.advance(100)
  await Promise.all([late, looping])
  deepEqual(new Set(seen.slice(2)), new Set(['late 30', 'loop 30']))
  equal(await clock.now(), 125)
})
