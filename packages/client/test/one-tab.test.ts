import assert from 'node:assert/strict'
import { after, before, describe, it, mock } from 'node:test'
import type { Client } from '../src/index.ts'
import { inOneTab } from '../src/one-tab.ts'
import type { ActingServer } from './acting-server.ts'
import { problem, signedOut, until, viewOf } from './acting-server.ts'
import { nameOf, setScene } from './scene.ts'

const second = 1_000

const asked = (server: ActingServer): number => server.count('GET /v1/session')

// The date alone is moved: locks and their patience go by real time.
before(() => mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-02-17T12:00:00Z') }))
after(() => mock.timers.reset())

/** Five tabs that know that Ada is signed in, and a count of what they ask from then on. */
async function fiveTabs(t: Parameters<typeof setScene>[0]) {
  const scene = await setScene(t)
  scene.server.view = viewOf('ada')
  const tabs = Array.from({ length: 5 }, () => scene.tab())
  for (const client of tabs) client.session.subscribe(() => {})
  await until(() => tabs.every((client) => nameOf(client.session.get()) === 'ada'))
  await scene.server.quiet()
  const before = asked(scene.server)
  return { ...scene, tabs, askedSince: () => asked(scene.server) - before }
}

/** Waits until every tab has had its turn: the lock of their channel is free. */
async function turnsToEnd(server: ActingServer): Promise<void> {
  await server.quiet()
  await navigator.locks.request(`coatcheck ${server.url}/`, async () => {})
  await server.quiet()
}

const names = (tabs: readonly Client[]): string[] => tabs.map((client) => nameOf(client.session.get()))

describe('five tabs at the same moment', () => {
  it('that are looked at send one request', async (t) => {
    const { server, page, tabs, askedSince } = await fiveTabs(t)
    mock.timers.tick(30 * second)
    const ada = viewOf('ada')
    server.view = { ...ada, user: { ...ada.user, name: 'Ada Lovelace' } }
    page.focus()
    await until(() => names(tabs).every((name) => name === 'Ada Lovelace'))
    await turnsToEnd(server)
    assert.equal(askedSince(), 1)
  })

  it('that are back online send one request', async (t) => {
    const { server, page, askedSince } = await fiveTabs(t)
    mock.timers.tick(30 * second)
    page.online()
    await turnsToEnd(server)
    assert.equal(askedSince(), 1)
  })

  it('send one request when it fails too, and wait as long as the server asks for', async (t) => {
    const { server, page, askedSince } = await fiveTabs(t)
    mock.timers.tick(30 * second)
    server.instead.set('GET /v1/session', problem(503, 'busy'))
    page.focus()
    await turnsToEnd(server)
    page.focus()
    await turnsToEnd(server)
    assert.equal(askedSince(), 1)
  })

  it('ask each for itself when the session is another, and agree', async (t) => {
    const { server, page, tabs, askedSince } = await fiveTabs(t)
    mock.timers.tick(30 * second)
    server.view = signedOut
    page.focus()
    await until(() => names(tabs).every((name) => name === 'signed-out'))
    await turnsToEnd(server)
    assert.equal(askedSince(), 5)
  })

  it('are not kept by the one that asks when it is closed: the next asks', async (t) => {
    const { server, page, tabs, askedSince } = await fiveTabs(t)
    mock.timers.tick(30 * second)
    const held = server.hold('GET /v1/session')
    page.focus()
    await held.arrived
    // The first to subscribe is the first to ask.
    tabs[0]?.close()
    await until(() => askedSince() === 2)
    held.release()
    await turnsToEnd(server)
    assert.equal(askedSince(), 2)
  })
})

describe('a turn', () => {
  it('that does not end keeps nobody for more than five seconds', async () => {
    const kept = Promise.withResolvers<void>()
    const keeper = navigator.locks.request('stuck', () => kept.promise)
    let isDone = false
    const work = async (): Promise<void> => void (isDone = true)
    await inOneTab('stuck', () => !isDone, work)
    assert.ok(isDone)
    kept.resolve()
    await keeper
  })

  it('is nobody’s where there are no locks, or none for this page', async (t) => {
    const { locks } = navigator
    t.after(() => Object.defineProperty(navigator, 'locks', { value: locks, configurable: true }))
    const denied = { request: () => Promise.reject(new DOMException('Denied', 'SecurityError')) }
    for (const value of [undefined, denied]) {
      Object.defineProperty(navigator, 'locks', { value, configurable: true })
      const work = mock.fn(async () => {})
      await inOneTab('denied', () => true, work)
      assert.equal(work.mock.callCount(), 1)
    }
  })

  it('comes too late when the work is done', async () => {
    const work = mock.fn(async () => {})
    await inOneTab('done', () => false, work)
    assert.equal(work.mock.callCount(), 0)
  })
})
