import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { DoctorView } from '@coatcheck/client/protocol'
import { problemIn, type Browser } from '../support/browser.ts'
import { API, APP, FAR, openScene, PASSWORD, type Scene } from '../support/scene.ts'

const look = async (browser: Browser, headers: Record<string, string> = {}): Promise<DoctorView> =>
  (await (await browser.request('/v1/doctor', { method: 'GET', headers })).json()) as DoctorView

for (const development of [true, false]) {
  describe(`/v1/doctor, ${development ? 'in development' : 'in production'}`, () => {
    let scene: Scene
    before(async () => (scene = await openScene('sqlite', { development })))
    after(() => scene.close())

    test('sets a probe with the attributes of the session’s cookie, and says that it came back', async () => {
      for (const [origin, name, attributes] of [
        [APP, '__Host-Http-session-doctor', 'Path=/; HttpOnly; Secure; SameSite=Lax'],
        [FAR, '__Host-Http-session-x-doctor', 'Path=/; HttpOnly; Secure; SameSite=None; Partitioned'],
      ] as const) {
        const browser = scene.browser(origin)
        const response = await browser.request('/v1/doctor', { method: 'POST' })
        const { probe, cookie } = (await response.json()) as DoctorView
        assert.equal(response.headers.get('set-cookie'), `${name}=${probe.set}; Max-Age=60; ${attributes}`)
        assert.deepEqual({ name: probe.name, attributes: cookie.attributes }, { name, attributes })
        const view = await look(browser)
        assert.equal(view.probe.arrived, probe.set)
        assert.equal(view.probe.set, null)
        assert.equal(view.cookie.arrived, 0)
      }
    })

    test('is new each time: another answer, another probe, never from a cache', async () => {
      const browser = scene.browser()
      const first = await browser.request('/v1/doctor', { method: 'POST' })
      const second = await browser.request('/v1/doctor', { method: 'POST' })
      assert.equal(first.headers.get('cache-control'), 'no-store')
      const [one, two] = [(await first.json()) as DoctorView, (await second.json()) as DoctorView]
      assert.notEqual(one.answer, two.answer)
      assert.notEqual(one.probe.set, two.probe.set)
    })

    test('a probe is never a session, under its own name or the session’s [F]', async () => {
      const browser = scene.browser()
      await browser.signUp({ email: `probe-${development}@example.org`, password: PASSWORD })
      const stored = await look(browser)
      assert.equal(stored.cookie.arrived, 1)
      const thief = scene.browser()
      await thief.request('/v1/doctor', { method: 'POST' })
      assert.equal((await thief.view()).user, null)
      const { probe } = await look(thief)
      thief.cookies.clear()
      thief.cookies.set('__Host-Http-session', probe.arrived ?? '')
      assert.equal((await thief.view()).user, null)
      assert.equal((await thief.request('/v1/sessions', { method: 'GET' })).status, 401)
    })

    test('never tells a cookie back: neither the session’s, nor what a stranger put under the probe’s name', async () => {
      const browser = scene.browser()
      await browser.signUp({ email: `told-${development}@example.org`, password: PASSWORD })
      const { token } = browser
      browser.cookies.set('__Host-Http-session-doctor', token)
      const response = await browser.request('/v1/doctor', { method: 'GET' })
      const text = await response.text()
      assert.ok(!text.includes(token), text)
      assert.ok(!text.includes('example.org'))
      assert.ok(!text.includes('203.0.113.7'), 'nor the client’s address')
    })

    test('no page of an origin that is not on the list sets a probe or reads with credentials [C1, X1]', async () => {
      for (const origin of ['https://evil.test', 'https://evil.example.com', 'null']) {
        const post = await scene.browser(origin).request('/v1/doctor', { method: 'POST' })
        assert.equal(post.headers.get('set-cookie'), null)
        await problemIn(post, 'origin-not-allowed')
        const get = await scene.browser(origin).request('/v1/doctor', { method: 'GET' })
        assert.equal(get.headers.get('access-control-allow-credentials'), null)
        assert.equal(get.headers.get('access-control-allow-origin'), development ? '*' : null)
        assert.equal(get.headers.get('set-cookie'), null)
      }
    })

    test('tells origins on the list to development only', async () => {
      for (const [origin, differs, configured] of [
        ['http://app.example.com', 'scheme', APP],
        ['https://app.example.com:8443', 'port', APP],
        ['https://www.app.example.com', 'www', APP],
        ['https://evil.test', null, null],
        // Like our own origin, which is no front-end that somebody forgot.
        [`${API}:8443`, null, null],
        ['null', null, null],
      ] as const) {
        const view = await look(scene.browser(origin))
        assert.equal(view.origin.listed, false)
        assert.deepEqual(view.origin.nearMiss, development && differs !== null ? { configured, differs } : undefined)
        const { origin: echoed } = view.request
        assert.equal(echoed, origin)
        if (!development) assert.ok(!JSON.stringify(view).includes('"https://app.example.com"'))
      }
      const own = await look(scene.browser(API))
      assert.deepEqual(own.origin, { listed: true, relation: 'same-origin' })
    })

    test('says what proxies added, and whether anybody vouches for them', async () => {
      assert.equal((await look(scene.browser())).request.proxy, 'none')
      const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'x'.repeat(300) }
      const { request } = await look(scene.browser(), headers)
      assert.deepEqual([request.proxy, request.forwardedProto], ['unknown', 'https'])
      assert.equal(request.forwardedHost?.length, 200)
      for (const [isTrustedPeer, proxy] of [
        [true, 'trusted'],
        [false, 'untrusted'],
      ] as const) {
        const asked = new Request(`${API}/v1/doctor`, { headers })
        const response = await scene.auth.fetch(asked, { clientAddress: '203.0.113.7', isTrustedPeer })
        assert.equal(((await response.json()) as DoctorView).request.proxy, proxy)
      }
    })

    test('asks nothing of the store', async () => {
      const before = scene.failures.length
      const broken = await openScene('sqlite', { development })
      await broken.store.close()
      const response = await broken.auth.fetch(new Request(`${API}/v1/doctor`, { headers: { origin: APP } }))
      assert.equal(response.status, 200)
      assert.equal(scene.failures.length, before)
    })
  })
}
