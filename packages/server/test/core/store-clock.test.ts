import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { test } from 'node:test'
import { StoreUnavailable } from '../../src/core/errors.ts'
import { StoreClock } from '../../src/core/store-clock.ts'

/** A machine and a database whose clocks the test moves by hand. */
function machine() {
  const state = { database: 1_000_000, monotonic: 50, wall: 7_000_000, reads: 0, roundTripMs: 0, down: false }
  const pass = (ms: number): void => {
    state.database += ms
    state.monotonic += ms
    state.wall += ms
  }
  const clock = new StoreClock({
    readTime: () => {
      state.reads += 1
      if (state.down) return Promise.reject(new StoreUnavailable('down', { outcome: 'nothing-written' }))
      const time = state.database
      pass(state.roundTripMs)
      return Promise.resolve(time)
    },
    monotonicMs: () => state.monotonic,
    wallMs: () => state.wall,
    wait: () => Promise.resolve(),
  })
  return { state, pass, clock }
}

test("is the database's time, carried on by the monotonic clock without asking again", async () => {
  const { state, pass, clock } = machine()
  assert.equal(await clock.now(), 1_000_000)
  pass(9_000)
  assert.equal(await clock.now(), 1_009_000)
  assert.equal(state.reads, 1)
})

test('is never behind the database, however long a reading took [promise 12]', async () => {
  const { state, clock } = machine()
  state.roundTripMs = 3_000
  assert.ok((await clock.now()) >= state.database)
})

test('reads again now and then, and a slow reading does not replace a good one', async () => {
  const { state, pass, clock } = machine()
  await clock.now()
  pass(11_000)
  state.roundTripMs = 900
  await clock.now()
  await setImmediate()
  assert.equal(state.reads, 2)
  state.roundTripMs = 0
  assert.equal(await clock.now(), state.database, 'a slow reading would have put it 900 ms ahead')
})

test('where every reading is slow, an old one is replaced all the same: the database’s clock may have been set', async () => {
  const { state, pass, clock } = machine()
  state.roundTripMs = 900
  await clock.now()
  pass(61_000)
  state.database += 5_000
  await clock.now()
  await setImmediate()
  state.roundTripMs = 0
  const now = await clock.now()
  assert.ok(now >= state.database && now <= state.database + 900, `${now - state.database} ms ahead`)
})

test('a failed refresh changes nothing, and is tried again', async () => {
  const { state, pass, clock } = machine()
  await clock.now()
  pass(11_000)
  state.down = true
  assert.equal(await clock.now(), state.database)
  await setImmediate()
  state.down = false
  await clock.now()
  assert.equal(state.reads, 3)
})

test('after a suspension, which stops the monotonic clock, it reads the database before it answers', async () => {
  const { state, clock } = machine()
  await clock.now()
  state.database += 3_600_000
  state.wall += 3_600_000
  assert.equal(await clock.now(), state.database)
})

test('a wall clock that somebody sets decides nothing', async () => {
  const { state, clock } = machine()
  await clock.now()
  state.wall -= 86_400_000
  assert.equal(await clock.now(), state.database)
})

test('with no reading and no store, the time is unknown: 503, never a guess', async () => {
  const { state, clock } = machine()
  state.down = true
  await assert.rejects(clock.now(), StoreUnavailable)
})

test('one reading serves all who ask at once', async () => {
  const { state, clock } = machine()
  await Promise.all(Array.from({ length: 20 }, () => clock.now()))
  assert.equal(state.reads, 1)
})
