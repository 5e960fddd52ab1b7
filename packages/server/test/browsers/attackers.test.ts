import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { BROWSERS } from './support/each-browser.ts'
import { openFrontEnd, reload, shown, signIn } from './support/front-end.ts'
import { PATIENCE_MS, until, type Tab, type TestBrowser } from './support/test-browser.ts'
import { createWorld, type Asked, type Somebody, type World } from './support/world.ts'

/** How many forms the attackers' page has, and how often they go out: as text/plain, or once for each other type. */
const FORMS = 10
const SUBMISSIONS = 5 + 5 * 2

const ATTACKERS = {
  sibling: 'a sibling of the API',
  farSibling: 'a sibling of the far front-end',
  stranger: 'a site of their own',
} as const

describe('attackers’ pages in a real browser', () => {
  for (const kind of BROWSERS) {
    describe(kind.name, () => {
      let world: World
      let victim: Somebody
      let mallory: Somebody
      let browser: TestBrowser
      before(async () => {
        world = await createWorld()
        victim = await world.signUp('victim')
        mallory = await world.signUp('mallory', 'tick=tock goes the clock')
        // The attackers' best case.
        browser = await kind.launch(world.authority, 'allowed')
      })
      after(async () => {
        await browser?.close()
        await world?.close()
      })

      let tabs: Tab[]
      const openVictim = async (site: 'app' | 'other', api: 'api' | 'gullible'): Promise<void> => {
        const tab = await openFrontEnd(browser, world.page(world.origin(site), 'front-end.html', world.origin(api)))
        await signIn(tab, 'victim')
        tabs.push(tab)
      }
      beforeEach(() => (tabs = []))
      afterEach(async () => {
        await Promise.all([victim.endSessions(), mallory.endSessions()])
        await Promise.all(tabs.map((tab) => tab.close()))
      })

      /** Opens an attack; it is over when the page says so. */
      const visit = async (from: keyof typeof ATTACKERS, file: string, api: 'api' | 'gullible'): Promise<Tab> => {
        const tab = await browser.open(world.page(world.origin(from), `attacks/${file}`, world.origin(api)))
        tabs.push(tab)
        await until(tab, "document.documentElement.dataset.done === 'yes'")
        return tab
      }

      /** Opens the page of forms; it is over when all have come in, which a page with refused frames cannot see. */
      const visitForms = async (from: keyof typeof ATTACKERS, api: 'api' | 'gullible'): Promise<void> => {
        const begun = world.asked.length
        await visit(from, 'forms.html', api)
        await arrives(() => postsSince(begun) === SUBMISSIONS)
      }

      const postsSince = (begun: number): number =>
        world.asked.slice(begun).filter(({ method }) => method === 'POST').length

      /** Lets a victim who is signed in near and far be attacked. Nothing may come of it. Returns what the API was asked. */
      const withstood = async (
        from: keyof typeof ATTACKERS,
        attack: () => Promise<void>,
      ): Promise<readonly Asked[]> => {
        await openVictim('app', 'api')
        await openVictim('other', 'api')
        const victims = [...tabs]
        const stored = world.stored()
        const begun = world.asked.length
        await attack()
        const asked = world.asked.slice(begun)
        assert.deepEqual(world.stored(), stored, 'nothing has changed in the store')
        for (const tab of victims) {
          await reload(tab)
          assert.equal(await shown(tab), 'victim@example.org')
        }
        const mutations = asked.filter(({ method }) => method !== 'GET' && method !== 'OPTIONS')
        for (const { method, path, origin, status } of mutations) {
          // Sessions are ended by DELETE, which no form can say.
          const refusal = path.startsWith('/v1/sessions') && method === 'POST' ? 405 : 403
          assert.deepEqual([origin, status], [world.origin(from), refusal], `${method} ${path} is refused`)
        }
        return mutations
      }

      for (const [from, title] of Object.entries(ATTACKERS) as [keyof typeof ATTACKERS, string][]) {
        test(`X1 X3 forms on ${title}, in frames, change nothing`, async () => {
          const asked = await withstood(from, () => visitForms(from, 'api'))
          assert.equal(asked.length, SUBMISSIONS)
          if (from !== 'sibling') return
          const carried = asked.filter(({ cookies }) => cookies.includes('__Host-Http-session'))
          assert.equal(
            carried.length,
            SUBMISSIONS,
            'the cookie came with each: its SameSite does not keep siblings out',
          )
        })

        // When the whole page leaves, the far front-end's sibling is one more stranger to the API.
        if (from !== 'farSibling')
          test(`X1 X3 X9 forms on ${title} that take the whole page change nothing`, async () => {
            const asked = await withstood(from, async () => {
              const tab = await browser.open('about:blank')
              tabs.push(tab)
              for (let form = 0; form < FORMS; form += 1) {
                const seen = world.asked.length
                const url = `${world.page(world.origin(from), 'attacks/forms.html', world.origin('api'))}&form=${form}`
                // Leaving a page may end what runs on it, this included.
                await tab.run(`void location.assign(${JSON.stringify(url)})`).catch(() => undefined)
                await arrives(() => postsSince(seen) === 1, `form ${form}`)
                await until(tab, `location.origin === '${world.origin('api')}'`)
              }
            })
            assert.equal(asked.length, FORMS)
          })

        test(`X9 C1 V3 scripts, images and frames on ${title} read nothing and change nothing`, async () => {
          const asked = await withstood(from, async () => {
            const tab = await visit(from, 'scripts.html', 'api')
            const loot = Object.entries((await tab.run('loot')) as Record<string, string | null>)
            const { length } = loot.filter(([, text]) => text === null || ['', 'true', 'undefined'].includes(text))
            assert.equal(length, loot.length, `nothing is read: ${JSON.stringify(loot)}`)
            const frames = await tab.frames()
            assert.equal(frames.length, 2)
            for (const text of frames) assert.doesNotMatch(text, /HTTP API|victim@/, 'no frame shows anything of ours')
          })
          const paths = new Set(asked.map(({ path }) => path))
          assert.ok(paths.has('/v1/sign-out') && paths.has('/v1/sign-up'), 'what needs no preflight was sent')
          if (from !== 'farSibling') return
          const carried = asked.filter(({ cookies }) => cookies.includes('__Host-Http-session-x'))
          assert.ok(carried.length > 0, 'a Partitioned cookie came along: it does not keep siblings of its page out')
        })
      }

      test('the same forms do harm where a server asks for no origin', async () => {
        await openVictim('app', 'gullible')
        const before = JSON.stringify(world.stored())
        await visitForms('sibling', 'gullible')
        assert.deepEqual(await victim.sessions(), [], 'the victim is signed out')
        assert.doesNotMatch(before, /forged@/)
        assert.match(JSON.stringify(world.stored()), /forged@/, 'an account was made')
      })

      test('the same scripts do harm where a server lets anyone read and frame', async () => {
        await openVictim('app', 'gullible')
        const tab = await visit('sibling', 'scripts.html', 'gullible')
        const loot = (await tab.run('loot')) as Record<string, string | null>
        assert.match(loot['read who is signed in'] ?? '', /victim@/)
        assert.match(loot['read the devices'] ?? '', /address/)
        const frames = (await tab.frames()).join(' ')
        assert.match(frames, /HTTP API/)
        assert.match(frames, /victim@/)
        assert.deepEqual(await victim.sessions(), [], 'the victim is signed out')
        assert.match(JSON.stringify(world.stored()), /scripted@/)
      })
    })
  }
})

/** Waits for what happens here and not on a page. */
async function arrives(condition: () => boolean, what = 'the request'): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!condition()) {
    assert.ok(performance.now() < deadline, `${what} never came`)
    await sleep(10)
  }
}
