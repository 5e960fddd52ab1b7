import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'node:test'
import { Busy } from '../../src/core/errors.ts'
import { BoundedQueue } from '../../src/hashing/bounded-queue.ts'

const BOUNDS = { running: 2, waiting: 3, perNetwork: 4 }

/** Tasks that run until they are told to end. */
function tasks(queue: BoundedQueue) {
  const started: number[] = []
  const ends: (() => void)[] = []
  const run = (network: string | null = null): Promise<number> => {
    const id = ends.length
    let end = (): void => undefined
    const ended = new Promise<void>((resolve) => (end = resolve))
    ends.push(end)
    return queue.run(network, async () => {
      started.push(id)
      await ended
      return id
    })
  }
  return { run, started, end: (id: number) => ends[id]?.() }
}

test('runs so many at once, the rest in the order they came', async () => {
  const { run, started, end } = tasks(new BoundedQueue(BOUNDS))
  const results = [run(), run(), run(), run()]
  await setImmediate()
  assert.deepEqual(started, [0, 1])
  end(1)
  await results[1]
  await setImmediate()
  assert.deepEqual(started, [0, 1, 2])
  for (const id of [0, 2, 3]) end(id)
  assert.deepEqual(await Promise.all(results), [0, 1, 2, 3])
})

test('full, it refuses at once, does nothing, and recovers', async () => {
  const queue = new BoundedQueue(BOUNDS)
  const { run, end } = tasks(queue)
  const running = Array.from({ length: 5 }, () => run())
  assert.throws(() => queue.requireRoom(null), Busy)
  await assert.rejects(run(), (error) => error instanceof Busy && error.retryAfterSeconds === 1)
  for (let id = 0; id < 5; id += 1) end(id)
  await Promise.all(running)
  queue.requireRoom(null)
})

test('a task that throws gives its place back', async () => {
  const queue = new BoundedQueue({ running: 1, waiting: 0, perNetwork: 1 })
  await assert.rejects(
    queue.run('a', () => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal(await queue.run('a', () => Promise.resolve('yes')), 'yes')
})

test('one network cannot hold all places, and others still get in', async () => {
  const queue = new BoundedQueue(BOUNDS)
  const { run, end } = tasks(queue)
  const mine = Array.from({ length: 4 }, () => run('mine'))
  assert.throws(() => queue.requireRoom('mine'), /from one network/)
  const other = run('other')
  for (let id = 0; id < 5; id += 1) end(id)
  await Promise.all([...mine, other])
})
