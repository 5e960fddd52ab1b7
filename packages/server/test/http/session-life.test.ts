import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import type { SessionList } from '@coatcheck/client/protocol'
import { problemIn, type Browser } from '../support/browser.ts'
import { APP, openScene, PASSWORD, SEALED_STORES, STORES, type Scene } from '../support/scene.ts'
import { scenario } from '../support/sealed-exceptions.ts'

const DAY_MS = 86_400_000

for (const kind of [...STORES, ...SEALED_STORES]) {
  describe(`the life of a session over ${kind}`, () => {
    let scene: Scene
    before(async () => (scene = await openScene(kind)))
    after(() => scene.close())

    const signedUp = async (name: string): Promise<Browser> => {
      const browser = scene.browser()
      await browser.signUp({ email: `${name}@example.org`, password: PASSWORD, username: name })
      return browser
    }

    scenario(kind, 'registers, stays signed in, signs out, and the old cookie is worth nothing', async () => {
      const browser = await signedUp('life')
      const { token } = browser
      const view = await browser.view()
      assert.equal(view.user?.email, 'life@example.org')
      assert.equal(view.user?.emailVerified, false)
      assert.deepEqual(view.session?.methods, ['password'])
      assert.equal((await browser.post('/v1/sign-out')).status, 204)
      assert.equal(browser.cookies.size, 0)
      assert.deepEqual(await browser.view(), { user: null, session: null })
      browser.cookies.set('__Host-Http-session', token)
      assert.deepEqual(await browser.view(), { user: null, session: null })
    })

    scenario(kind, 'signs in by email in any case, and by username', async () => {
      await signedUp('either')
      for (const identifier of ['either@example.org', ' Either@EXAMPLE.org ', 'either', 'EITHER']) {
        const browser = scene.browser()
        const response = await browser.post('/v1/sign-in', { identifier, password: PASSWORD })
        assert.equal(response.status, 200, identifier)
        assert.equal((await browser.view()).user?.username, 'either')
      }
    })

    scenario(kind, 'a retried sign-out answers the same, and so does one without a session', async () => {
      const browser = await signedUp('again')
      const { token } = browser
      for (let round = 0; round < 2; round += 1) {
        browser.cookies.set('__Host-Http-session', token)
        assert.equal((await browser.post('/v1/sign-out')).status, 204)
      }
      assert.equal((await scene.browser().post('/v1/sign-out')).status, 204)
    })

    scenario(kind, 'lists my devices newest first; one can be ended, and all others', async () => {
      const first = await signedUp('devices')
      const others: Browser[] = []
      for (let device = 0; device < 3; device += 1) {
        await scene.clock.advance(1_000)
        const browser = scene.browser()
        await browser.post('/v1/sign-in', { identifier: 'devices', password: PASSWORD })
        others.push(browser)
      }
      const list = async (): Promise<SessionList['sessions']> =>
        ((await (await first.get('/v1/sessions')).json()) as SessionList).sessions
      const sessions = await list()
      assert.equal(sessions.length, 4)
      assert.deepEqual(
        sessions.map(({ current }) => current),
        [false, false, false, true],
      )
      assert.deepEqual(
        sessions.map(({ createdAt }) => createdAt),
        sessions
          .map(({ createdAt }) => createdAt)
          .toSorted()
          .toReversed(),
      )
      assert.equal(sessions[0]?.address, '203.0.113.7')
      assert.equal(sessions[0]?.userAgent, 'Scene/1')

      assert.equal((await first.delete(`/v1/sessions/${sessions[0]?.id}`)).status, 204)
      assert.equal((await others[2]?.view())?.user, null)
      assert.equal((await others[1]?.view())?.user?.username, 'devices')
      await problemIn(await first.delete(`/v1/sessions/${sessions[0]?.id}`), 'not-found')

      assert.equal((await first.delete('/v1/sessions')).status, 204)
      assert.equal((await others[1]?.view())?.user, null)
      assert.deepEqual(
        (await list()).map(({ current }) => current),
        [true],
      )
    })

    scenario(kind, 'whoever is not signed in is told so', async () => {
      for (const [method, path] of [
        ['GET', '/v1/sessions'],
        ['DELETE', '/v1/sessions'],
        ['DELETE', '/v1/sessions/x'],
      ] as const) {
        await problemIn(await scene.browser().request(path, { method }), 'not-signed-in')
      }
    })

    scenario(kind, 'ends at its absolute end, however much it is used [NIST 800-63B-4 5.2]', async () => {
      const browser = await signedUp('absolute')
      const { session } = await browser.view()
      const end = Date.parse(session?.expiresAt ?? '')
      while ((await scene.clock.now()) < end - DAY_MS) {
        await scene.clock.advance(DAY_MS)
        assert.ok((await browser.view()).user, 'used daily, it lives')
        await scene.core.touches.flush()
      }
      await scene.clock.advance(end - (await scene.clock.now()) - 1)
      assert.ok((await browser.view()).user, 'a millisecond before its end')
      await scene.clock.advance(1)
      assert.equal((await browser.view()).user, null)
    })

    scenario(kind, 'ends after the idle timeout and its slack, not before [ASVS 7.3.1]', async () => {
      const browser = await signedUp('idle')
      await scene.clock.advance(7 * DAY_MS + 60_000 - 1)
      const view = await browser.view()
      assert.ok(view.user)
      await scene.clock.advance(7 * DAY_MS + 60_000)
      assert.equal((await browser.view()).user, null, 'the last use was noted, but not written')
    })

    scenario(kind, 'a use that was written moves the idle end, and only forward', async () => {
      const browser = await signedUp('touched')
      await scene.clock.advance(DAY_MS)
      await browser.view()
      await scene.core.touches.flush()
      const { session } = await browser.view()
      assert.equal(Date.parse(session?.lastSeenAt ?? ''), await scene.clock.now())
      assert.equal(Date.parse(session?.idleExpiresAt ?? ''), (await scene.clock.now()) + 7 * DAY_MS)
      // Another node noted an earlier use, and writes it only now.
      const seenAt = (await scene.clock.now()) - DAY_MS / 2
      await scene.store.sessions.touchMany([{ sessionId: session?.id ?? '', seenAt }])
      assert.deepEqual((await browser.view()).session, session)
    })

    scenario(kind, 'signing in again in one browser ends the session that it had', async () => {
      const browser = await signedUp('twice')
      const old = browser.token
      await browser.post('/v1/sign-in', { identifier: 'twice', password: PASSWORD })
      assert.notEqual(browser.token, old)
      const thief = scene.browser()
      thief.cookies.set('__Host-Http-session', old)
      assert.equal((await thief.view()).user, null)
    })

    scenario(kind, 'a disabled user is signed out everywhere, and cannot sign in', async () => {
      const browser = await signedUp('disabled')
      const userId = (await browser.view()).user?.id ?? ''
      assert.equal(await scene.auth.users.disable(userId), true)
      assert.equal((await browser.view()).user, null)
      await problemIn(
        await scene.browser().post('/v1/sign-in', { identifier: 'disabled', password: PASSWORD }),
        'invalid-credentials',
      )
      await scene.auth.users.enable(userId)
      assert.equal(
        (await scene.browser().post('/v1/sign-in', { identifier: 'disabled', password: PASSWORD })).status,
        200,
      )
    })

    scenario(kind, '50 registrations of one email in different case at once: exactly one 201', async () => {
      const variants = Array.from({ length: 50 }, (_, index) => {
        const local = [...'crowd'].map((letter, at) => ((index >> at) & 1 ? letter.toUpperCase() : letter)).join('')
        return { email: `${local}@Example.ORG`, password: PASSWORD }
      })
      // Each from a network of its own, for one network does not get 50 places in the queue for hashing.
      const register = async (body: object, index: number): Promise<number> =>
        (await scene.browser(APP, `198.51.100.${index}`).post('/v1/sign-up', body)).status
      const statuses = await Promise.all(variants.map(register))
      assert.equal(statuses.filter((status) => status === 201).length, 1)
      assert.equal(statuses.filter((status) => status === 409).length, 49)
    })

    scenario(kind, 'says which of email and username is taken', async () => {
      await signedUp('taken')
      await problemIn(
        await scene.browser().post('/v1/sign-up', { email: 'TAKEN@example.org', password: PASSWORD }),
        'email-taken',
      )
      const body = { email: 'free@example.org', username: 'Taken', password: PASSWORD }
      await problemIn(await scene.browser().post('/v1/sign-up', body), 'username-taken')
    })
  })
}
