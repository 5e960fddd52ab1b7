import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type Running, start } from './scene.ts'

describe('the proxy that can be told to break things', () => {
  let trades: Running
  before(async () => {
    trades = await start('start.ts')
  })
  after(() => trades?.stop())

  const tell = (name: string, origin = trades.webUrl): Promise<Response> =>
    fetch(`${trades.webUrl}/lab?break=${name}`, { method: 'POST', headers: { origin } })
  const call = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(trades.apiUrl + path, { redirect: 'manual', ...init, headers: { origin: trades.webUrl, ...init.headers } })
  let turn = 0
  const signUp = (): Promise<Response> =>
    call('/v1/sign-up', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: `lab-${(turn += 1)}@example.com`, password: 'a coat, a hat and a long scarf' }),
    })
  const allowed = (response: Response): string | null => response.headers.get('access-control-allow-origin')
  beforeEach(() => tell('nothing'))

  test('breaks nothing until it is told to, and lists what it can', async () => {
    const lab = (await (await fetch(`${trades.webUrl}/lab`)).json()) as { broken: string; troubles: { name: string }[] }
    assert.equal(lab.broken, 'nothing')
    assert.ok(lab.troubles.some(({ name }) => name === 'drops-origin'))
    assert.match((await signUp()).headers.getSetCookie().join(), /HttpOnly/)
  })

  test('is told by the page only, and only what it knows', async () => {
    assert.equal((await tell('drops-origin', 'https://attacker.example')).status, 403)
    assert.equal((await tell('the-bank')).status, 400)
    assert.equal(allowed(await call('/v1/session')), trades.webUrl, 'nothing is broken')
  })

  test('drops Set-Cookie', async () => {
    await tell('drops-set-cookie')
    const response = await signUp()
    assert.deepEqual([response.status, response.headers.getSetCookie()], [201, []])
  })

  test('drops Origin', async () => {
    await tell('drops-origin')
    assert.equal(allowed(await call('/v1/session')), null)
  })

  test('says twice who may read the answer', async () => {
    await tell('doubles-cors')
    assert.equal(allowed(await call('/v1/session')), `${trades.webUrl}, ${trades.webUrl}`)
  })

  test('answers the preflight without asking the API', async () => {
    await tell('answers-preflight')
    const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }
    const preflight = await call('/v1/sign-in', { method: 'OPTIONS', headers: asked })
    assert.deepEqual([preflight.status, allowed(preflight)], [204, null])
  })

  test('redirects to another host, which answers', async () => {
    await tell('redirects')
    const response = await call('/v1/session')
    assert.equal(response.status, 308)
    const moved = response.headers.get('location') ?? ''
    assert.equal(moved, `http://127.0.0.1:${trades.port}/v1/session`)
    assert.equal((await fetch(moved)).status, 200)
  })

  test('drops Cookie', async () => {
    const cookie = (await signUp()).headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const who = async (): Promise<unknown> =>
      ((await (await call('/v1/session', { headers: { cookie } })).json()) as { user: unknown }).user
    assert.notEqual(await who(), null)
    await tell('drops-cookie')
    assert.equal(await who(), null)
  })
})

test('without it the API is as it is', async (t) => {
  const api = await start('api/src/main.ts')
  t.after(() => api.stop())
  assert.equal((await fetch(`${api.apiUrl}/lab`)).status, 404)
})
