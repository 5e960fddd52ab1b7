import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { problemIn } from '../support/browser.ts'
import { API, APP, FAR, openScene, PASSWORD, type Scene } from '../support/scene.ts'

const STRANGERS = [
  'https://evil.test',
  'https://evilapp.example.com',
  `${APP}.evil.test`,
  'https://app.example.com:8443',
  'http://app.example.com',
  'null',
  'https://sub.app.example.com',
  'file://',
  '',
  'https://APP.EXAMPLE.COM',
]

describe('C: cross-origin resource sharing', () => {
  let scene: Scene
  before(async () => (scene = await openScene('sqlite')))
  after(() => scene.close())

  test('C1, C3 no origin is reflected that is not on the list, letter by letter', async () => {
    for (const origin of STRANGERS) {
      for (const path of ['/v1/session', '/v1/sessions', '/nowhere', '/docs', '/healthz']) {
        const response = await scene.browser().request(path, { method: 'GET', headers: { origin } })
        assert.equal(response.headers.get('access-control-allow-origin'), null, `${origin} ${path}`)
        assert.equal(response.headers.get('access-control-allow-credentials'), null)
      }
    }
  })

  test('C5 every answer varies by Origin: allowed, refused, or none', async () => {
    for (const origin of [APP, FAR, API, ...STRANGERS]) {
      for (const [method, path] of [
        ['GET', '/v1/session'],
        ['POST', '/v1/sign-out'],
        ['OPTIONS', '/v1/sign-in'],
        ['GET', '/nowhere'],
      ] as const) {
        const response = await scene.browser().request(path, { method, headers: { origin } })
        assert.equal(response.headers.get('vary'), 'Origin', `${origin} ${method} ${path}`)
      }
    }
  })

  test('C7 problems can be read by the front-ends, and by nobody else', async () => {
    const cases = [
      ['GET', '/v1/sessions', 401],
      ['POST', '/v1/sign-in', 415],
      ['PUT', '/v1/session', 405],
      ['GET', '/nowhere', 404],
    ] as const
    for (const [method, path, status] of cases) {
      for (const origin of [APP, FAR]) {
        const response = await scene.browser().request(path, { method, headers: { origin } })
        assert.equal(response.status, status)
        assert.equal(response.headers.get('access-control-allow-origin'), origin)
        assert.equal(response.headers.get('access-control-allow-credentials'), 'true')
        assert.equal(response.headers.get('access-control-expose-headers'), 'Retry-After')
      }
    }
  })

  test('a preflight is answered for a front-end, with the methods of that very route, and refused to others', async () => {
    const ask = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }
    const allowed = await scene.browser(FAR).request('/v1/sign-in', { method: 'OPTIONS', headers: ask })
    assert.equal(allowed.status, 204)
    assert.equal(allowed.headers.get('access-control-allow-origin'), FAR)
    assert.equal(allowed.headers.get('access-control-allow-methods'), 'POST, OPTIONS')
    assert.equal(allowed.headers.get('access-control-allow-headers'), 'Content-Type')
    const refused = await scene.browser('https://evil.test').request('/v1/sign-in', { method: 'OPTIONS', headers: ask })
    await problemIn(refused, 'origin-not-allowed')
    assert.equal(refused.headers.get('access-control-allow-methods'), null)
  })

  test('a protected route of the application has CORS on every answer: good, 401, 403, 503 and preflight', async () => {
    const guarded = scene.auth.protect((_request, { user }) =>
      Response.json({ owner: user.email }, { headers: { vary: 'Accept' } }),
    )
    const at = (method: string, headers: Record<string, string>): Promise<Response> =>
      guarded(new Request(`${API}/trades`, { method, headers: { origin: APP, ...headers } }))
    const browser = scene.browser()
    await browser.signUp({ email: 'cors@example.org', password: PASSWORD })
    const good = await at('GET', { cookie: browser.cookieHeader })
    assert.deepEqual(await good.json(), { owner: 'cors@example.org' })
    assert.equal(good.headers.get('vary'), 'Accept, Origin')
    assert.equal(good.headers.get('cache-control'), 'no-store')
    const preflight = await at('OPTIONS', {
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'x-mine',
    })
    assert.equal(preflight.headers.get('access-control-allow-methods'), 'PATCH')
    assert.equal(preflight.headers.get('access-control-allow-headers'), 'x-mine')
    for (const response of [good, preflight, await at('GET', {})]) {
      assert.equal(response.headers.get('access-control-allow-origin'), APP)
    }
    await problemIn(await at('GET', {}), 'not-signed-in')
    assert.equal((await at('OPTIONS', { origin: 'https://evil.test' })).status, 403)
    const stranger = await at('GET', { origin: 'https://evil.test', cookie: '' })
    assert.equal(stranger.headers.get('access-control-allow-origin'), null)
  })

  test('an origin that could not work stops the start, in words', async () => {
    for (const [frontend, words] of [
      ['*', /wildcard/],
      ['https://*.example.com', /wildcard/],
      ['app.example.com', /not a URL|neither https/],
      ['https://app.example.com/path', /path/],
      ['https://u:p@app.example.com', /user name/],
      ['ftp://app.example.com', /neither https/],
      ['http://app.example.com', /is http/],
      ['', /not a URL/],
    ] as const) {
      await assert.rejects(openScene('sqlite', { frontends: [frontend] }), words, frontend)
    }
    await assert.rejects(openScene('sqlite', { url: 'http://api.example.com' }), /must be https/)
    await assert.rejects(openScene('sqlite', { url: 'http://localhost:4000', frontends: [APP] }), /browsers block that/)
  })
})
