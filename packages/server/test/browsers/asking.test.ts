import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { BROWSERS } from './support/each-browser.ts'
import { openFrontEnd, shown, signIn } from './support/front-end.ts'
import { until, type Tab, type TestBrowser } from './support/test-browser.ts'
import { createWorld, type Somebody, type World } from './support/world.ts'

/** Moves the page's clock, and remembers who is looked at. */
const LATER = `(() => {
  const { now } = Date
  Date.now = () => now() + (globalThis.later ?? 0)
  globalThis.focused = 0
  addEventListener('focus', () => (globalThis.focused += 1))
  document.addEventListener('visibilitychange', () => (globalThis.focused += 1))
})()`

describe('five tabs of a real browser', () => {
  let world: World
  let ada: Somebody
  /** Until when the API keeps its answer to itself. */
  let held = Promise.resolve()
  let arrived = 0
  const hold = async (request: Request): Promise<null> => {
    if (request.method !== 'GET' || new URL(request.url).pathname !== '/v1/session') return null
    arrived += 1
    await held
    return null
  }
  before(async () => {
    world = await createWorld(hold)
    ada = await world.signUp('ada')
  })
  after(() => world?.close())

  for (const { name, launch } of BROWSERS) {
    describe(name, () => {
      let browser: TestBrowser
      let tabs: readonly Tab[]
      before(async () => {
        browser = await launch(world.authority, 'as installed')
        const page = world.page(world.origin('app'), 'front-end.html', world.origin('api'))
        const first = await openFrontEnd(browser, page)
        await signIn(first, 'ada')
        const more: Tab[] = []
        for (let i = 0; i < 4; i += 1) more.push(await openFrontEnd(browser, page))
        tabs = [first, ...more]
        for (const tab of tabs) await tab.run(LATER)
      })
      after(async () => {
        await browser?.close()
        await ada.endSessions()
      })

      const each = (expression: string): Promise<unknown[]> => Promise.all(tabs.map((tab) => tab.run(expression)))

      /** Half a minute and more goes by, for the pages. */
      const timePasses = async (): Promise<void> =>
        void (await each('globalThis.later = (globalThis.later ?? 0) + 31_000'))

      /** Has all pages do it before the first of them has an answer; and waits until nobody has a turn or waits for one. */
      const atOnce = async (what: string): Promise<void> => {
        const hold = Promise.withResolvers<void>()
        held = hold.promise
        await each(`void ${what}`)
        // What a page has asked for meanwhile is on its way before this is back.
        await each("fetch('/front-end.html').then((response) => response.text())")
        hold.resolve()
        await settle()
      }

      const settle = async (): Promise<void> => {
        const [tab] = tabs
        assert.ok(tab)
        await until(tab, 'navigator.locks.query().then(({ held, pending }) => held.length + pending.length === 0)')
      }

      test('that gain focus at the same moment send one request', async (t) => {
        await timePasses()
        const before = arrived
        await atOnce("dispatchEvent(new Event('focus'))")
        t.diagnostic(`${name} ${browser.version}: ${arrived - before} request by 5 tabs gaining focus`)
        assert.equal(arrived - before, 1)
        await atOnce("dispatchEvent(new Event('focus'))")
        assert.equal(arrived - before, 1, 'and none within 30 s')
      })

      test('that are brought to the front one after the other send one request', async () => {
        await timePasses()
        await each('(focused = 0)')
        const before = arrived
        for (const tab of tabs) await tab.activate()
        const [first] = tabs
        await first?.activate()
        await settle()
        const focused = (await each('focused')) as number[]
        assert.ok(
          focused.some((times) => times > 0),
          `the browser told ${focused.join()} times`,
        )
        assert.equal(arrived - before, 1)
      })

      test('that are back online at the same moment send one request', async () => {
        await timePasses()
        const before = arrived
        await atOnce("dispatchEvent(new Event('online'))")
        assert.equal(arrived - before, 1)
      })

      test('do not wait for one that is stuck', async () => {
        await timePasses()
        const [stuck, ...others] = tabs
        const lock = `coatcheck ${world.origin('api')}/`
        await stuck?.run(
          `void navigator.locks.request('${lock}', () => new Promise((resolve) => (globalThis.free = resolve)))`,
        )
        await ada.endSessions()
        await Promise.all(others.map((tab) => tab.run("void dispatchEvent(new Event('focus'))")))
        for (const tab of others) await until(tab, "document.documentElement.dataset.session === 'signed-out'")
        await stuck?.run('void free()')
        assert.deepEqual(
          await Promise.all(others.map(shown)),
          Array.from(others, () => 'signed-out'),
        )
      })

      test('keep nothing in the browser', async () => {
        for (const tab of tabs) {
          assert.deepEqual(await tab.run('[localStorage.length, sessionStorage.length, document.cookie]'), [0, 0, ''])
          assert.deepEqual(await tab.run('indexedDB.databases().then((all) => all.length)'), 0)
        }
      })
    })
  }
})
