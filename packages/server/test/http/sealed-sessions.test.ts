import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SessionsNotListed } from '../../src/core/errors.ts'
import { problemIn, type Browser } from '../support/browser.ts'
import { openScene, PASSWORD, SEALED_STORES, type Scene } from '../support/scene.ts'

// The scenarios of session-life.test.ts run over sealed sessions too; here is what is otherwise.
for (const kind of SEALED_STORES) {
  describe(`sealed sessions over ${kind}`, () => {
    let scene: Scene
    before(async () => (scene = await openScene(kind)))
    after(() => scene.close())

    const signedUp = async (name: string): Promise<Browser> => {
      const browser = scene.browser()
      await browser.signUp({ email: `${name}@example.org`, password: PASSWORD, username: name })
      return browser
    }
    const signedIn = async (identifier: string): Promise<Browser> => {
      const browser = scene.browser()
      assert.equal((await browser.post('/v1/sign-in', { identifier, password: PASSWORD })).status, 200)
      return browser
    }

    test('there is no list of devices, and the answer says so instead of an empty one', async () => {
      const browser = await signedUp('listed')
      await problemIn(await browser.get('/v1/sessions'), 'sessions-not-listed')
      const { user } = await browser.view()
      await assert.rejects(scene.auth.sessions.listByUser(user?.id ?? ''), SessionsNotListed)
    })

    test('my own session can be ended by its ID; of another nobody knows whose it is', async () => {
      const [ada, bob] = [await signedUp('ada'), await signedUp('bob')]
      const { session } = await ada.view()
      await problemIn(await bob.delete(`/v1/sessions/${session?.id}`), 'sessions-not-listed')
      assert.ok((await ada.view()).user)
      assert.equal((await ada.delete(`/v1/sessions/${session?.id}`)).status, 204)
      assert.equal((await ada.view()).user, null)
    })

    test('all my other sessions can be ended, and this one goes on with the cookie it has', async () => {
      const first = await signedUp('others')
      const [second, third] = [await signedIn('others'), await signedIn('others')]
      const { token } = second
      const response = await second.delete('/v1/sessions')
      assert.equal(response.status, 204)
      assert.deepEqual(response.headers.getSetCookie(), [])
      assert.equal(second.token, token)
      assert.deepEqual(
        [(await first.view()).user, (await second.view()).user?.username, (await third.view()).user],
        [null, 'others', null],
      )
      assert.ok((await (await signedIn('others')).view()).user)
    })

    test('back-end code ends a session by its ID, and all of a user, uncounted', async () => {
      const browser = await signedUp('backend')
      const { user, session } = await browser.view()
      assert.equal(await scene.auth.sessions.revoke('nonsense'), false)
      assert.equal(await scene.auth.sessions.revoke(session?.id ?? ''), true)
      assert.equal((await browser.view()).user, null)
      const again = await signedIn('backend')
      assert.equal(await scene.auth.sessions.revokeByUser(user?.id ?? ''), null)
      assert.equal((await again.view()).user, null)
    })

    test('when it was used is written nowhere, and nobody says that it was', async () => {
      const browser = await signedUp('unused')
      const { session: first } = await browser.view()
      await scene.clock.advance(3_600_000)
      assert.deepEqual((await browser.view()).session, first)
    })

    test('its one end is that of an unused session under the policy, and the view says so', async () => {
      const browser = await signedUp('ends')
      const { session } = await browser.view()
      assert.equal(Date.parse(session?.expiresAt ?? '') - Date.parse(session?.createdAt ?? ''), 7 * 86_400_000)
      assert.equal(session?.idleExpiresAt, session?.expiresAt)
    })

    test('a token of a stored session is nobody here', async () => {
      const stored = await openScene(kind === 'sqlite-sealed' ? 'sqlite' : 'postgres')
      const browser = stored.browser()
      await browser.signUp({ email: 'stored@example.org', password: PASSWORD })
      const visitor = scene.browser()
      visitor.cookies.set('__Host-Http-session', browser.token)
      assert.equal((await visitor.view()).user, null)
      const sealed = await signedUp('sealed')
      browser.cookies.set('__Host-Http-session', sealed.token)
      assert.equal((await browser.view()).user, null)
      await stored.close()
    })
  })
}
