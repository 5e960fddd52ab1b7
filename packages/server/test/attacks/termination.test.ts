import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TouchBuffer } from '../../src/core/session/touch-buffer.ts'
import { API, openScene, PASSWORD, SEALED_STORES, STORES, type Scene } from '../support/scene.ts'
import { scenario } from '../support/sealed-exceptions.ts'
import type { Browser } from '../support/browser.ts'

const HOUR_MS = 3_600_000
const POLICY = { absoluteSeconds: 86_400, idleSeconds: 3_600 }

for (const kind of [...STORES, ...SEALED_STORES]) {
  describe(`L: termination and resurrection over ${kind}`, () => {
    let scene: Scene
    before(async () => (scene = await openScene(kind, { policy: POLICY })))
    after(() => scene.close())

    const signedUp = async (name: string): Promise<Browser> => {
      const browser = scene.browser()
      await browser.signUp({ email: `${name}@example.org`, password: PASSWORD })
      return browser
    }

    scenario(
      kind,
      'L5 a sign-out of a session that looks idle ends it: a use noted elsewhere and written late revives nothing',
      async () => {
        const browser = await signedUp('late')
        const copy = scene.browser()
        copy.cookies.set('__Host-Http-session', browser.token)
        const { session } = await browser.view()
        const elsewhere = new TouchBuffer(scene.store.sessions, POLICY)
        await scene.clock.advance(HOUR_MS / 2)
        elsewhere.record({ id: session?.id ?? '', lastSeenAt: 0 }, await scene.clock.now())
        await scene.clock.advance(HOUR_MS)
        assert.equal((await browser.view()).user, null, 'idle, as far as this node knows')
        assert.equal((await browser.post('/v1/sign-out')).status, 204)
        await elsewhere.flush()
        assert.equal((await copy.view()).user, null)
      },
    )

    scenario(
      kind,
      'without a sign-out, the same late write makes the session good again: nobody was signed out by mistake',
      async () => {
        const browser = await signedUp('alive')
        const { session } = await browser.view()
        const elsewhere = new TouchBuffer(scene.store.sessions, POLICY)
        await scene.clock.advance(HOUR_MS / 2)
        elsewhere.record({ id: session?.id ?? '', lastSeenAt: 0 }, await scene.clock.now())
        await scene.clock.advance(HOUR_MS * 0.8)
        assert.equal((await browser.view()).user, null)
        await elsewhere.flush()
        assert.ok((await browser.view()).user)
      },
    )

    scenario(kind, 'a disabled user can still sign out, and enabling them brings nothing back', async () => {
      const browser = await signedUp('disabled')
      const copy = scene.browser()
      copy.cookies.set('__Host-Http-session', browser.token)
      const { user } = await browser.view()
      await scene.auth.users.disable(user?.id ?? '')
      assert.equal((await browser.post('/v1/sign-out')).status, 204)
      await scene.auth.users.enable(user?.id ?? '')
      assert.equal((await copy.view()).user, null)
    })

    scenario(kind, 'the view tells of this very request: last seen now, idle end counted from now', async () => {
      const browser = await signedUp('seen')
      await scene.clock.advance(HOUR_MS / 2)
      const { session } = await browser.view()
      const now = await scene.clock.now()
      assert.equal(Date.parse(session?.lastSeenAt ?? ''), now)
      assert.equal(Date.parse(session?.idleExpiresAt ?? ''), now + HOUR_MS)
      const request = new Request(`${API}/x`, { headers: { cookie: browser.cookieHeader } })
      assert.equal((await scene.auth.check(request))?.session.lastSeenAt, now)
    })
  })
}

test("what is refused on an application's own route is told to the audit log", async () => {
  const scene = await openScene('sqlite')
  const init = { method: 'POST', headers: { origin: 'https://evil.test' } }
  await scene.auth.check(new Request(`${API}/checked`, init))
  await scene.auth.protect(() => new Response())(new Request(`${API}/protected`, init))
  const refused = scene.events.flatMap((event) => (event.type === 'request.refused' ? [event.path] : []))
  assert.deepEqual(refused, ['/checked', '/protected'])
  await scene.close()
})

test("a sign-up tells of the user and of the session; a sign-in over a session tells of both its start and the other's end", async () => {
  const scene = await openScene('sqlite')
  const browser = scene.browser()
  await browser.signUp({ email: 'told@example.org', password: PASSWORD })
  await browser.post('/v1/sign-in', { identifier: 'told@example.org', password: PASSWORD })
  assert.deepEqual(
    scene.events.map(({ type }) => type),
    ['user.signed-up', 'session.started', 'session.revoked', 'session.started'],
  )
  await scene.close()
})
