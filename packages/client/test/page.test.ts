import assert from 'node:assert/strict'
import { after, before, describe, it, mock } from 'node:test'
import fc from 'fast-check'
import { msUntilOver } from '../src/expiry.ts'
import type { ActingServer } from './acting-server.ts'
import { problem, signedOut, until, viewOf } from './acting-server.ts'
import { nameOf, setScene, statesOf } from './scene.ts'

const second = 1_000
const hour = 3_600 * second
const day = 24 * hour

const iso = (ms: number): string => new Date(ms).toISOString()

const asked = (server: ActingServer): number => server.count('GET /v1/session')

// Once for all tests: Node's own fetch keeps a timer, which a clock that is put in later would not know.
before(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.parse('2026-02-17T12:00:00Z') }))
after(() => mock.timers.reset())

/** A client that has just learned that Ada is signed in. */
async function signedInScene(t: Parameters<typeof setScene>[0]) {
  const scene = await setScene(t)
  scene.server.view = viewOf('ada')
  const client = scene.tab()
  client.session.subscribe(() => {})
  await until(() => nameOf(client.session.get()) === 'ada')
  return { ...scene, client }
}

describe('a page', () => {
  it('that is looked at asks again, at most every 30 s', async (t) => {
    const { server, page, client } = await signedInScene(t)
    mock.timers.tick(29 * second)
    page.focus()
    page.show()
    await server.quiet()
    assert.equal(asked(server), 1)
    server.view = signedOut
    mock.timers.tick(second)
    page.show()
    page.focus()
    await until(() => client.session.get().status === 'signed-out')
    await server.quiet()
    assert.equal(asked(server), 2)
  })

  it('that is hidden does not ask', async (t) => {
    const { server, page } = await signedInScene(t)
    mock.timers.tick(60 * second)
    page.hide()
    await server.quiet()
    assert.equal(asked(server), 1)
  })

  it('that is back online asks again, at most every 30 s', async (t) => {
    const { server, page, client } = await signedInScene(t)
    mock.timers.tick(29 * second)
    page.online()
    await server.quiet()
    assert.equal(asked(server), 1)
    server.view = signedOut
    mock.timers.tick(second)
    page.online()
    await until(() => client.session.get().status === 'signed-out')
    assert.equal(asked(server), 2)
  })

  it('that is back online does not wait because of a question that failed', async (t) => {
    const { server, page, client } = await signedInScene(t)
    mock.timers.tick(31 * second)
    server.instead.set('GET /v1/session', 'drop')
    await assert.rejects(client.session.refresh())
    server.instead.clear()
    server.view = signedOut
    page.online()
    await until(() => client.session.get().status === 'signed-out')
  })

  it('that is back online does not wait for a question that hangs', async (t) => {
    const { server, page, client } = await signedInScene(t)
    const held = server.hold('GET /v1/session')
    client.session.refresh().catch(() => {})
    await held.arrived
    server.view = signedOut
    page.online()
    await until(() => client.session.get().status === 'signed-out')
    held.release()
  })

  it('that comes back by the back button asks at once, and does not wait for a question from before', async (t) => {
    const { server, page, client } = await signedInScene(t)
    const held = server.hold('GET /v1/session')
    client.session.refresh().catch(() => {})
    await held.arrived
    server.view = signedOut
    page.back()
    await until(() => client.session.get().status === 'signed-out')
    held.release()
  })

  it('in five tabs of one browser sends one request when they are looked at in turn', async (t) => {
    const { server, page, tab } = await signedInScene(t)
    const tabs = [tab(), tab(), tab(), tab()]
    for (const client of tabs) client.session.subscribe(() => {})
    await until(() => tabs.every((client) => nameOf(client.session.get()) === 'ada'))
    await server.quiet()
    const askedBefore = asked(server)
    mock.timers.tick(31 * second)
    // One tab asks, as if it alone had been looked at; the others hear its answer.
    await tabs[0]?.session.refresh()
    await server.quiet()
    page.focus()
    await server.quiet()
    assert.equal(asked(server), askedBefore + 1)
  })

  it('asks again 30 s after a failure, and keeps its state until then', async (t) => {
    const { server, tab } = await setScene(t)
    server.instead.set('GET /v1/session', 'drop')
    const client = tab()
    const states = statesOf(client)
    await assert.rejects(client.session.refresh())
    server.instead.clear()
    client.session.subscribe(() => {})
    mock.timers.tick(29 * second)
    await server.quiet()
    assert.deepEqual(states.map(nameOf), ['unknown'])
    const askedBefore = asked(server)
    mock.timers.tick(second)
    await until(() => client.session.get().status === 'signed-out')
    assert.equal(asked(server), askedBefore + 1)
  })

  it('waits as long as the server asks for', async (t) => {
    const { server, client } = await signedInScene(t)
    const busy = problem(503, 'busy')
    assert.ok(busy !== 'drop')
    server.instead.set('GET /v1/session', { ...busy, headers: { 'retry-after': '120' } })
    await assert.rejects(client.session.refresh(), { retryAfterSeconds: 120 })
    mock.timers.tick(119 * second)
    await server.quiet()
    assert.equal(asked(server), 2)
    mock.timers.tick(second)
    await until(() => asked(server) === 3)
  })

  it('has no timer and no listener left after close()', async (t) => {
    const { server, page, client } = await signedInScene(t)
    client.close()
    mock.timers.tick(2 * day)
    page.focus()
    page.show()
    page.online()
    await server.quiet()
    assert.equal(asked(server), 1)
  })
})

describe('a session that should be over', () => {
  it('is asked about, not ended, by the page', async (t) => {
    const { server, client } = await signedInScene(t)
    const states = statesOf(client)
    server.instead.set('GET /v1/session', 'drop')
    mock.timers.tick(2 * day)
    await until(() => asked(server) > 1)
    await server.quiet()
    assert.deepEqual(states.map(nameOf), ['ada'])
  })

  it('is asked about when its idle end and the slack of the server have passed, not before', async (t) => {
    const { server, client } = await signedInScene(t)
    mock.timers.tick(hour + 59 * second)
    await server.quiet()
    assert.equal(asked(server), 1)
    server.view = signedOut
    mock.timers.tick(second)
    await until(() => client.session.get().status === 'signed-out')
    assert.equal(asked(server), 2)
  })

  const endsInTenSeconds = () => {
    const end = iso(Date.now() + 10 * second)
    return viewOf('ada', { expiresAt: end, idleExpiresAt: end })
  }

  it('is asked about at its absolute end', async (t) => {
    const { server, tab } = await setScene(t)
    server.view = endsInTenSeconds()
    const client = tab()
    client.session.subscribe(() => {})
    await until(() => nameOf(client.session.get()) === 'ada')
    server.view = signedOut
    mock.timers.tick(10 * second)
    await until(() => client.session.get().status === 'signed-out')
  })

  it('is asked about when the page is seen again, even within 30 s', async (t) => {
    const { server, page, tab } = await setScene(t)
    server.view = endsInTenSeconds()
    const client = tab()
    client.session.subscribe(() => {})
    await until(() => nameOf(client.session.get()) === 'ada')
    page.hide()
    server.view = signedOut
    mock.timers.tick(10 * second)
    await server.quiet()
    assert.equal(asked(server), 1)
    page.show()
    await until(() => client.session.get().status === 'signed-out')
  })

  it('is asked about when a page that was hidden at the time is seen again', async (t) => {
    const { server, page, client } = await signedInScene(t)
    page.hide()
    server.view = signedOut
    mock.timers.tick(2 * hour)
    await server.quiet()
    assert.equal(asked(server), 1)
    page.show()
    await until(() => client.session.get().status === 'signed-out')
  })

  for (const [how, wrong] of [
    ['behind', 365 * day],
    ['ahead', -365 * day],
  ] as const) {
    it(`makes no loop and no early question when the clock of the browser is a year ${how}`, async (t) => {
      const { server, tab } = await setScene(t)
      const view = viewOf('ada')
      const shift = (at: string): string => iso(Date.parse(at) + wrong)
      const { lastSeenAt, expiresAt, idleExpiresAt } = view.session
      const session = {
        lastSeenAt: shift(lastSeenAt),
        expiresAt: shift(expiresAt),
        idleExpiresAt: shift(idleExpiresAt),
      }
      server.view = { ...view, session: { ...view.session, ...session } }
      const client = tab()
      client.session.subscribe(() => {})
      await until(() => client.session.get().status === 'signed-in')
      mock.timers.tick(hour)
      await server.quiet()
      assert.equal(asked(server), 1)
      mock.timers.tick(60 * second)
      await until(() => asked(server) === 2)
      await server.quiet()
      mock.timers.tick(60 * second)
      await server.quiet()
      assert.equal(asked(server), 2)
    })
  }

  it('makes no fast loop when the server keeps saying that a session of the past is signed in', async (t) => {
    const { server, tab } = await setScene(t)
    server.view = viewOf('ada', { expiresAt: iso(Date.now() - day), idleExpiresAt: iso(Date.now() - day) })
    const client = tab()
    client.session.subscribe(() => {})
    await until(() => client.session.get().status === 'signed-in')
    await server.quiet()
    mock.timers.tick(4_999)
    await server.quiet()
    assert.equal(asked(server), 1)
  })

  it('may be 60 days away, which is more than a timer can hold', async (t) => {
    const { server, tab } = await setScene(t)
    const away = iso(Date.now() + 60 * day)
    server.view = viewOf('ada', { expiresAt: away, idleExpiresAt: away })
    const client = tab()
    const delays: number[] = []
    const { setTimeout } = globalThis
    mock.method(globalThis, 'setTimeout', (run: () => void, ms: number) => (delays.push(ms), setTimeout(run, ms)))
    client.session.subscribe(() => {})
    await until(() => client.session.get().status === 'signed-in')
    mock.timers.tick(60 * day - second)
    await server.quiet()
    assert.equal(asked(server), 1)
    mock.timers.tick(second)
    await until(() => asked(server) === 2)
    assert.ok(delays.length > 0 && Math.max(...delays) < 2 ** 31)
    mock.restoreAll()
  })
})

describe('the time until a session is over', () => {
  const session = (lastSeenAt: number, expiresAt: number, idleExpiresAt: number) =>
    viewOf('ada', { lastSeenAt: iso(lastSeenAt), expiresAt: iso(expiresAt), idleExpiresAt: iso(idleExpiresAt) }).session

  it('is the sooner of the absolute end and the idle end with a tenth of slack, at most a minute', () => {
    assert.equal(msUntilOver(session(0, day, hour)), hour + 60 * second)
    assert.equal(msUntilOver(session(0, day, 100 * second)), 110 * second)
    assert.equal(msUntilOver(session(0, hour, hour)), hour)
    assert.equal(msUntilOver(session(hour, hour, hour)), 5 * second)
  })

  it('is never before the server ends it, and late by the slack at most, however late the last use was written', () => {
    const seconds = (most: number) => fc.integer({ min: 10, max: most })
    fc.assert(
      fc.property(seconds(86_400), seconds(86_400), fc.double({ min: 0, max: 1, noNaN: true }), (idle, left, share) => {
        // The view is as of the request, at 0; what the server goes by was written up to the slack before.
        const [idleMs, expiresAt] = [idle * second, left * second]
        const slack = Math.min(60 * second, idleMs / 10)
        const endsAt = Math.min(expiresAt, idleMs + slack - Math.floor(share * slack))
        const asksAt = msUntilOver(session(0, expiresAt, Math.min(idleMs, expiresAt)))
        assert.ok(asksAt >= endsAt && asksAt <= endsAt + slack, `ends at ${endsAt}, asks at ${asksAt}`)
      }),
    )
  })
})
