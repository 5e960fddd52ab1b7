import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { BROWSERS } from './support/each-browser.ts'
import { openFrontEnd, reload, shown, signIn } from './support/front-end.ts'
import { until, type Tab, type TestBrowser } from './support/test-browser.ts'
import { createWorld, NAMES, type World } from './support/world.ts'

describe('the session cookie in a real browser', () => {
  let world: World
  before(async () => {
    world = await createWorld()
    await world.signUp('ada')
  })
  after(() => world?.close())

  for (const kind of BROWSERS) {
    describe(kind.name, () => {
      let browser: TestBrowser
      let pages: Readonly<Record<'own' | 'near' | 'far' | 'developed', string>>
      before(async () => {
        browser = await kind.launch(world.authority, 'as installed')
        const { origin, development, page } = world
        pages = {
          own: page(origin('api'), 'front-end.html', origin('api')),
          near: page(origin('app'), 'front-end.html', origin('api')),
          far: page(origin('other'), 'front-end.html', origin('api')),
          developed: page(development.far, 'front-end.html', development.api),
        }
      })
      after(() => browser?.close())

      /** Signs in at a page for the length of a test; nothing is left of it. */
      const signedIn = async (page: string, act: (tab: Tab) => Promise<void>): Promise<void> => {
        const tab = await openFrontEnd(browser, page)
        await signIn(tab, 'ada')
        try {
          await act(tab)
        } finally {
          await tab.run('client.signOut()')
          const left = (await browser.cookies(tab)).filter(({ domain }) => domain !== NAMES.sibling)
          assert.deepEqual(left, [], 'signing out removes the cookie, and nothing else is kept')
          await tab.close()
        }
      }

      /** Lets a page of somebody else's plant its cookies, by script. */
      const toss = async (from: 'sibling' | 'api'): Promise<void> => {
        const tab = await browser.open(world.page(world.origin(from), 'attacks/tossing.html', ''))
        await until(tab, "document.documentElement.dataset.done === 'yes'")
        const tossed = await tab.run('document.documentElement.dataset.tossed')
        assert.equal(tossed, 'plain=tossed', 'only a name without a prefix could be tossed')
        await tab.close()
      }

      const common = { path: '/', httpOnly: true, secure: true }
      const near = { ...common, name: '__Host-Http-session', domain: NAMES.api, sameSite: 'Lax', partition: null }
      const far = { ...common, name: '__Host-Http-session-x', sameSite: 'None' }

      test('is stored for the API’s host alone: HttpOnly, Secure, SameSite=Lax, from a page of its own site', async () => {
        for (const page of [pages.own, pages.near]) {
          await signedIn(page, async (tab) => assert.deepEqual(await browser.cookies(tab), [near]))
        }
      })

      test('is stored for pages of one other site: HttpOnly, Secure, SameSite=None, Partitioned', async () => {
        const partition = `https://${NAMES.other}`
        await signedIn(pages.far, async (tab) => {
          assert.deepEqual(await browser.cookies(tab), [{ ...far, domain: NAMES.api, partition }])
        })
      })

      test('is stored the same in development, by localhost over plain http for a page at 127.0.0.1', async () => {
        await signedIn(pages.developed, async (tab) => {
          const partition = 'http://127.0.0.1'
          assert.deepEqual(await browser.cookies(tab), [{ ...far, domain: 'localhost', partition }])
        })
      })

      test('cannot be seen by a page’s JavaScript, not even on its own origin', async () => {
        await signedIn(pages.own, async (tab) => {
          assert.equal(await tab.run('document.cookie'), '')
          assert.equal(await tab.run("'cookieStore' in globalThis ? cookieStore.getAll().then(String) : ''"), '')
          assert.deepEqual(await tab.run('[localStorage.length, sessionStorage.length]'), [0, 0])
        })
      })

      test('cannot be replaced, doubled or removed by a page’s JavaScript, not even on its own origin', async () => {
        await signedIn(pages.own, async (tab) => {
          await toss('api')
          for (const name of ['__Host-Http-session', '__Host-Http-session-x']) {
            await tab.run(`document.cookie = '${name}=; Path=/; Secure; Max-Age=0'`)
          }
          assert.deepEqual(await browser.cookies(tab), [near])
          await reload(tab)
          assert.equal(await shown(tab), 'ada@example.org')
        })
      })

      test('cannot be planted by a page’s JavaScript before there is one', async () => {
        await toss('api')
        const tab = await openFrontEnd(browser, pages.own)
        assert.deepEqual(await browser.cookies(tab), [])
        await tab.close()
      })

      test('cannot be tossed by a sibling domain, before there is one or beside it [K1]', async () => {
        await toss('sibling')
        await signedIn(pages.near, async (tab) => {
          await toss('sibling')
          assert.deepEqual(await browser.cookies(tab), [near])
          await reload(tab)
          assert.equal(await shown(tab), 'ada@example.org')
        })
      })

      test('cannot be tossed by a sibling domain’s server', async () => {
        await signedIn(pages.near, async (tab) => {
          const sibling = await browser.open(`${world.origin('sibling')}/toss`)
          await sibling.close()
          const others = (await browser.cookies(tab)).filter(({ domain }) => domain !== NAMES.api)
          // What is the sibling's own is its own business; it never comes here.
          assert.deepEqual([...new Set(others.map(({ domain }) => domain))], [NAMES.sibling])
          const begun = world.asked.length
          await reload(tab)
          assert.equal(await shown(tab), 'ada@example.org')
          const cookies = world.asked.slice(begun).map(({ cookies }) => cookies)
          assert.deepEqual(cookies, [['__Host-Http-session']], 'the API gets one cookie')
        })
      })
    })
  }
})
