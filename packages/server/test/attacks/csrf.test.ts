import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { problemIn, type Browser } from '../support/browser.ts'
import { API, APP, openScene, PASSWORD, type Scene } from '../support/scene.ts'

/** Every route that changes something, with a body that would do it. */
const MUTATIONS = [
  ['POST', '/v1/sign-up', { email: 'forged@example.org', password: PASSWORD }],
  ['POST', '/v1/sign-in', { identifier: 'victim', password: PASSWORD }],
  ['POST', '/v1/sign-out', {}],
  ['DELETE', '/v1/sessions', undefined],
  ['DELETE', '/v1/sessions/AAAAAAAAAAAAAAAAAAAAAA', undefined],
] as const

describe('X: cross-site request forgery', () => {
  let scene: Scene
  let victim: Browser
  before(async () => {
    scene = await openScene('sqlite')
    victim = scene.browser()
    await victim.signUp({ email: 'victim@example.org', username: 'victim', password: PASSWORD })
  })
  after(() => scene.close())

  /** Sends a mutation with the victim's cookie and the attacker's headers; it must be refused, and nothing happen. */
  const refused = async (
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<void> => {
    const before = await victim.view()
    const init = {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }
    const response = await victim.request(path, init)
    assert.equal(response.status, 403, `${method} ${path} ${JSON.stringify(headers)}`)
    assert.equal(response.headers.get('access-control-allow-origin'), null)
    assert.equal(response.headers.getSetCookie().length, 0)
    await problemIn(response, 'origin-not-allowed')
    assert.deepEqual(scene.events.at(-1)?.type, 'request.refused')
    assert.deepEqual(await victim.view(), before, 'the victim is signed in as before')
  }

  for (const [method, path, body] of MUTATIONS) {
    test(`X1 ${method} ${path} from a form or a fetch of another site is refused`, async () => {
      await refused(method, path, body, { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' })
      await refused(method, path, body, { origin: 'https://evil.example.com', 'sec-fetch-site': 'same-site' })
      await refused(method, path, body, { origin: 'null', 'sec-fetch-site': 'cross-site' })
    })

    test(`X11 ${method} ${path} without an Origin is refused, whatever Referer says`, async () => {
      for (const referer of [
        `${APP}/`,
        'https://app.example.com.evil.test/',
        'https://app.example.com@evil.test/',
        '',
      ]) {
        await refused(method, path, body, { origin: '', 'sec-fetch-site': 'cross-site', referer })
        await refused(method, path, body, { origin: '', 'sec-fetch-site': '', referer })
      }
    })

    test(`X13 ${method} ${path} with a doubled or invented Sec-Fetch-Site is refused`, async () => {
      for (const site of [
        'same-origin, same-origin',
        'same-origin,cross-site',
        'SAME-ORIGIN',
        'none',
        'same-site',
        'x',
      ]) {
        await refused(method, path, body, { origin: '', 'sec-fetch-site': site })
      }
      const init = {
        method,
        headers: { 'content-type': 'application/json', 'sec-fetch-site': 'garbage' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }
      await problemIn(await victim.request(path, init), 'origin-not-allowed')
    })

    test(`${method} ${path} with an Origin that is almost on the list is refused`, async () => {
      const near = [
        `${APP}/`,
        `${APP}.evil.test`,
        `${APP}:8443`,
        `${APP}@evil.test`,
        'http://app.example.com',
        'https://APP.example.com',
        'https://xapp.example.com',
        `${APP}, ${APP}`,
        `${APP} `.trimEnd() + '\t' + APP,
        'https://example.com',
        'null',
        '*',
      ]
      for (const origin of near) await refused(method, path, body, { origin, 'sec-fetch-site': '' })
    })
  }

  test('X3 a text/plain form that spells JSON is refused even from a page of ours', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain; application/json',
      'application/jsonx',
      'application/json, text/plain',
      'application/json; charset=utf-16',
    ]) {
      const response = await victim.request('/v1/sign-in', {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{"identifier":"victim","password":"x"}',
      })
      await problemIn(response, 'unsupported-media-type')
    }
    await problemIn(
      await victim.request('/v1/sign-out', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }),
      'unsupported-media-type',
    )
    assert.ok((await victim.view()).user)
  })

  test('X5 no Content-Type, or an empty body, does nothing', async () => {
    const bytes = new TextEncoder().encode('{"identifier":"victim","password":"x"}')
    await problemIn(await victim.request('/v1/sign-in', { method: 'POST', body: bytes }), 'unsupported-media-type')
    await problemIn(await victim.request('/v1/sign-in', { method: 'POST' }), 'unsupported-media-type')
    await problemIn(
      await victim.request('/v1/sign-in', { method: 'POST', headers: { 'content-type': 'application/json' } }),
      'invalid-request',
    )
    await problemIn(
      await victim.request('/v1/sign-up', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '',
      }),
      'invalid-request',
    )
  })

  test('X7 safe methods on mutating routes do nothing, and overrides are not looked at', async () => {
    for (const [, path] of MUTATIONS) {
      for (const method of ['GET', 'HEAD']) {
        if (method === 'GET' && path === '/v1/sessions') continue
        const response = await victim.request(`${path}?_method=DELETE`, {
          method,
          headers: { 'x-http-method-override': 'POST', 'x-method-override': 'DELETE' },
        })
        assert.equal(response.status, path === '/v1/sessions' ? 200 : 405, `${method} ${path}`)
      }
      assert.equal((await victim.request(path, { method: 'OPTIONS' })).status, 204)
      assert.equal(
        (
          await victim.request(`${path}?_method=POST`, {
            method: 'PATCH',
            headers: { 'content-type': 'application/json' },
            body: '{}',
          })
        ).status,
        405,
      )
    }
    assert.ok((await victim.view()).user)
  })

  test('X9 an image or a form on another site signs nobody out', async () => {
    const image = await victim.request('/v1/sign-out', {
      method: 'GET',
      headers: { origin: '', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' },
    })
    assert.equal(image.status, 405)
    assert.equal(image.headers.getSetCookie().length, 0)
    await refused('POST', '/v1/sign-out', undefined, {
      'content-type': '',
      origin: 'https://evil.test',
      'sec-fetch-site': 'cross-site',
    })
  })

  test("the application's own routes are under the same rule", async () => {
    const init = {
      method: 'POST',
      headers: { origin: 'https://evil.example.com', cookie: victim.cookieHeader, 'content-type': 'text/plain' },
    }
    assert.equal(await scene.auth.check(new Request(`${API}/trades`, init)), null)
    let called = 0
    const guarded = scene.auth.protect(() => {
      called += 1
      return new Response('secret')
    })
    assert.equal((await guarded(new Request(`${API}/trades`, init))).status, 403)
    assert.equal(called, 0)
    const ours = { ...init, headers: { ...init.headers, origin: APP } }
    assert.equal((await guarded(new Request(`${API}/trades`, ours))).status, 200)
    assert.equal((await scene.auth.check(new Request(`${API}/trades`, ours)))?.user.username, 'victim')
  })

  test('what is no browser may sign up and in without a cookie, and nothing with one', async () => {
    const curl = { origin: '', 'sec-fetch-site': '', cookie: '', 'content-type': 'application/json' }
    const body = JSON.stringify({ identifier: 'victim', password: PASSWORD })
    assert.equal((await scene.browser().request('/v1/sign-in', { method: 'POST', headers: curl, body })).status, 200)
    await problemIn(
      await victim.request('/v1/sign-out', { method: 'POST', headers: { origin: '', 'sec-fetch-site': '' } }),
      'origin-not-allowed',
    )
  })
})
