import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startRecognised } from '../../src/core/sign-in/start-recognised.ts'
import { aHash } from '../../src/testing/contract/records.ts'
import { API, APP, openScene, PASSWORD, SEALED_STORES, STORES, type Scene } from '../support/scene.ts'
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
      for (const line of started?.setCookies ?? []) browser.keep(line)
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
      const evil = requestOf(browser, { origin: 'https://evil.example' })
      assert.equal(await scene.auth.sessions.start(evil, { id }), null)
      assert.ok((await browser.view()).user)
      await scene.auth.users.disable(id)
      assert.equal(await enter(scene.browser(), id), null)
    })

    test('is none where the user was disabled, or their password changed, after they were looked up', async () => {
      const { users, credentials } = scene.core.store
      for (const [name, change] of [
        ['disabled', async (id: string) => void (await users.disable(id, await scene.clock.now()))],
        [
          'enabled-again',
          async (id: string) => {
            await users.disable(id, await scene.clock.now())
            await users.enable(id)
          },
        ],
        [
          'changed',
          async (userId: string) => {
            const { credentialRevision = 0 } = (await credentials.findUser(userId)) ?? {}
            await credentials.changePassword({ userId, credentialRevision, passwordHash: aHash(), keepSessionId: null })
          },
        ],
      ] as const) {
        const { id } = await registered(name)
        const cookieName = '__Host-Http-session'
        const source = { address: null, userAgent: null }
        const findReplaced = async (): Promise<null> => (await change(id), null)
        const started = await startRecognised(scene.core, { user: { id }, findReplaced, source, cookieName })
        assert.equal(started, null, name)
        assert.deepEqual(scene.events.at(-1), { type: 'sign-in.refused', userId: id, reason: 'user-changed' })
      }
    })

    test('needs an ID that can be one, and says of others what is wrong', async () => {
      for (const id of [undefined, null, 5, '', 'x'.repeat(129), 'half \uD800']) {
        const started = scene.auth.sessions.start(new Request(API), { id: id as unknown as string })
        await assert.rejects(started, { name: 'TypeError', message: /^user\.id: / })
      }
      assert.equal(await scene.auth.sessions.start(new Request(API), { id: 'nul \0' }), null)
    })
  })
}
