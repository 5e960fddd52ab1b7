import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'node:test'
import { Background } from '../src/background.ts'

test('a task runs again and again, never twice at once, and a failure does not end it', async () => {
  const failures: string[] = []
  const background = new Background((_, task) => failures.push(task))
  let running = 0
  let most = 0
  const done = Promise.withResolvers<void>()
  let runs = 0
  background.every(1, 'flaky', async () => {
    running += 1
    most = Math.max(most, running)
    await wait(3)
    running -= 1
    runs += 1
    if (runs === 4) done.resolve()
    if (runs % 2 === 0) throw new Error('now and then')
  })
  const keepAlive = setInterval(() => undefined, 1_000)
  await done.promise
  await background.stop()
  clearInterval(keepAlive)
  assert.equal(most, 1)
  assert.deepEqual(failures.slice(0, 2), ['flaky', 'flaky'])
})

test('stopping waits for what runs, and nothing runs afterwards', async () => {
  const background = new Background(() => undefined)
  let ended = false
  let runs = 0
  const started = Promise.withResolvers<void>()
  background.every(1, 'slow', async () => {
    runs += 1
    started.resolve()
    await wait(20)
    ended = true
  })
  const keepAlive = setInterval(() => undefined, 1_000)
  await started.promise
  await background.stop()
  assert.equal(ended, true)
  // A run to come would have set its timer before this one sets its own, and timers of one length fire in that order.
  await twoRunsOfAnother()
  clearInterval(keepAlive)
  assert.equal(runs, 1)
})

async function twoRunsOfAnother(): Promise<void> {
  const another = new Background(() => undefined)
  const done = Promise.withResolvers<void>()
  let runs = 0
  another.every(1, 'another', () => {
    runs += 1
    if (runs === 2) done.resolve()
    return Promise.resolve()
  })
  await done.promise
  await another.stop()
}
