import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { API, APP, keepingOf, openScene, PASSWORD, SEALED_STORES, STORES, type Scene } from '../support/scene.ts'
import type { Browser } from '../support/browser.ts'

for (const kind of [...STORES, ...SEALED_STORES]) {
  describe(`a session that back-end code starts, over ${kind}`, () => {
    let scene: Scene
    before(async () => (scene = await openScene(kind)))
    after(() => scene.close())

    const registered = async (name: string): Promise<{ readonly id: string; readonly browser: Browser }> => {
      const browser = scene.browser()
      const { user } = await browser.signUp({ email: `${name}@example.org`, password: PASSWORD, username: name })
      return { id: user?.id ?? '', browser }
    }
    const requestOf = (browser: Browser, headers: Record<string, string> = { origin: APP }): Request =>
      new Request(`${API}/enter`, {
        method: 'POST',
        headers: { ...headers, ...(browser.cookies.size === 0 ? {} : { cookie: browser.cookieHeader }) },
      })
    const enter = async (browser: Browser, id: string) => {
      const started = await scene.auth.sessions.start(requestOf(browser), { id }, { clientAddress: '203.0.113.9' })
      const [pair = ''] = started?.setCookie.split(';') ?? []
      const name = pair.slice(0, pair.indexOf('='))
      if (name !== '') browser.cookies.set(name, pair.slice(name.length + 1))
      return started
    }

    test('signs the user of that ID in, and says how', async () => {
      const { id } = await registered('ada')
      const browser = scene.browser()
      const started = await enter(browser, id)
      assert.equal(started?.user.email, 'ada@example.org')
      const view = await browser.view()
      assert.equal(view.user?.id, id)
      assert.equal(view.session?.id, started.session.id)
      assert.deepEqual(view.session?.methods, ['application'])
      const event = scene.events.findLast(({ type }) => type === 'session.started')
      assert.deepEqual(event, { type: 'session.started', userId: id, sessionId: started.session.id })
    })

    test('is another than the browser had, which ends', async () => {
      const { id, browser } = await registered('bob')
      const before = browser.cookieHeader
      const { session } = await browser.view()
      await enter(browser, id)
      assert.notEqual((await browser.view()).session?.id, session?.id)
      const replayed = await scene.auth.check(new Request(API, { headers: { cookie: before } }), { fresh: true })
      assert.equal(replayed, null)
    })

    test('is none for whom there is not, who is disabled, or for a page that is not listed', async () => {
      const { id, browser } = await registered('eve')
      assert.equal(await enter(scene.browser(), 'nobody'), null)
      assert.equal(await enter(scene.browser(), ''), null)
      const evil = requestOf(browser, { origin: 'https://evil.example' })
      assert.equal(await scene.auth.sessions.start(evil, { id }), null)
      assert.ok((await browser.view()).user)
      await scene.auth.users.disable(id)
      assert.equal(await enter(scene.browser(), id), null)
    })

    test('that a disable overtakes is none, or is over before it is used', async () => {
      const { id } = await registered('raced')
      const browser = scene.browser()
      await Promise.all([enter(browser, id), scene.auth.users.disable(id)])
      assert.equal((await browser.view()).user, null)
      await scene.auth.users.enable(id)
      assert.equal((await browser.view()).user, null, keepingOf(kind))
    })
  })
}
