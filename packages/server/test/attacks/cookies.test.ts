import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { APP, FAR, openScene, PASSWORD, type Scene } from '../support/scene.ts'
import { readCookie } from '../../src/http/session-cookie.ts'
import { sendRaw, startServer, type ServerProcess } from '../support/server-process.ts'

const NAME = '__Host-Http-session'

describe('K: cookies', () => {
  let scene: Scene
  let token: string
  before(async () => {
    scene = await openScene('sqlite')
    const browser = scene.browser()
    await browser.signUp({ email: 'cookie@example.org', password: PASSWORD })
    token = browser.token
  })
  after(() => scene.close())

  const whoHas = async (cookie: string, origin = APP): Promise<string | null> => {
    const response = await scene.browser(origin).request('/v1/session', { method: 'GET', headers: { cookie } })
    assert.equal(response.status, 200)
    return ((await response.json()) as { user: { email: string } | null }).user?.email ?? null
  }

  test('the cookie is HttpOnly, Secure, host-only, for the whole path, and ends with the session', async () => {
    const response = await scene.browser().post('/v1/sign-in', { identifier: 'cookie@example.org', password: PASSWORD })
    const [cookie = '', ...others] = response.headers.getSetCookie()
    assert.deepEqual(others, [])
    assert.match(cookie, /^__Host-Http-session=[\w-]{64}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    const far = await scene.browser(FAR).post('/v1/sign-in', { identifier: 'cookie@example.org', password: PASSWORD })
    assert.match(
      far.headers.getSetCookie().join(),
      /^__Host-Http-session-x=[\w-]{64}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=None; Partitioned$/,
    )
  })

  test('the Origin chooses the name: the other cookie is not looked at', async () => {
    assert.equal(await whoHas(`${NAME}=${token}`), 'cookie@example.org')
    assert.equal(await whoHas(`${NAME}-x=${token}`), null)
    assert.equal(await whoHas(`${NAME}-x=${token}`, FAR), 'cookie@example.org')
    assert.equal(await whoHas(`${NAME}=${token}`, FAR), null)
    assert.equal(await whoHas(`${NAME}=${token}`, 'https://evil.test'), null, "a stranger's site")
  })

  test('K1 two session cookies are nobody; a tossed cookie of another name changes nothing', async () => {
    const tossed = 'A'.repeat(64)
    assert.equal(await whoHas(`${NAME}=${tossed}; ${NAME}=${token}`), null)
    assert.equal(await whoHas(`${NAME}=${token}; ${NAME}=${tossed}`), null)
    assert.equal(await whoHas(`${NAME}=${token}; ${NAME}=${token}`), null)
    assert.equal(await whoHas(`session=${tossed}; ${NAME}=${token}; __Host-Http-sessio=x`), 'cookie@example.org')
    assert.ok(scene.events.some((event) => event.type === 'session.refused' && event.reason === 'duplicate-cookie'))
  })

  test('K3 what only looks like the cookie is not it', async () => {
    const lookalikes = [
      `${NAME}="${token}"`,
      `=${NAME}=${token}`,
      `${NAME} =${token}`,
      `${NAME.toLowerCase()}=${token}`,
      `${NAME}=${token},x`,
      `a=1,${NAME}=${token}`,
      `$Version=1,${NAME}=${token}`,
      `${NAME}==${token}`,
      `${NAME}=`,
      NAME,
      `x${NAME}=${token}`,
    ]
    for (const cookie of lookalikes) assert.equal(await whoHas(cookie), null, cookie)
    assert.equal(await whoHas(`;; ;$Version=1; ${NAME}=${token};`), 'cookie@example.org')
  })

  test('K3 a name with another kind of space before it is another name: no prefix protects it', async () => {
    for (const space of ['\u00a0', '\u2003', '\ufeff', '\u000b', '\u000c', '\u0085']) {
      const header = Buffer.from(`${space}${NAME}=${token}`).toString('latin1')
      const values = readCookie(`a=1;${header}`, NAME)
      assert.deepEqual([values, readCookie(`a=1;${space}${NAME}=${token}`, NAME)], [[], []], JSON.stringify(space))
    }
    assert.deepEqual(readCookie(`a=1;\t ${NAME}=${token} \t;`, NAME), [token])
  })

  test('K5 what is no token of ours is refused without a look into the store', async () => {
    let reads = 0
    const counting = await openScene('sqlite', {
      wrapStore: (store) => ({ ...store, sessions: counted(store.sessions, () => (reads += 1)) }),
    })
    const forged = [
      'x',
      'A'.repeat(64),
      'A'.repeat(63),
      'A'.repeat(10_000),
      `${'A'.repeat(63)}%00`,
      `${'A'.repeat(63)}=`,
      'ÿ'.repeat(64),
      '../../etc/passwd',
      "' or 1=1 --",
      token,
    ]
    for (const value of forged) {
      const response = await counting
        .browser()
        .request('/v1/session', { method: 'GET', headers: { cookie: `${NAME}=${value}` } })
      assert.deepEqual(await response.json(), { user: null, session: null }, value)
    }
    assert.equal(reads, 0)
    await counting.browser().signUp({ email: 'a@example.org', password: PASSWORD })
    await counting.close()
  })

  test('K9 no answer sets one cookie twice, and only sign-up, sign-in and sign-out set one', async () => {
    const browser = scene.browser()
    const setters: string[] = []
    const seen = async (name: string, answer: Promise<Response>): Promise<void> => {
      const cookies = (await answer).headers.getSetCookie()
      assert.ok(cookies.length <= 1, name)
      if (cookies.length === 1) setters.push(name)
    }
    await seen('sign-up', browser.post('/v1/sign-up', { email: 'once@example.org', password: PASSWORD }))
    await seen('session', browser.get('/v1/session'))
    await seen('sessions', browser.get('/v1/sessions'))
    await seen('others', browser.delete('/v1/sessions'))
    await seen('sign-in', browser.post('/v1/sign-in', { identifier: 'once@example.org', password: PASSWORD }))
    await seen('wrong', browser.post('/v1/sign-in', { identifier: 'once@example.org', password: 'wrong' }))
    await seen('sign-out', browser.post('/v1/sign-out'))
    await seen(
      'failed check',
      browser.request('/v1/session', { method: 'GET', headers: { cookie: `${NAME}=${token}x` } }),
    )
    assert.deepEqual(setters, ['sign-up', 'sign-in', 'sign-out'])
  })

  test('on localhost the name has the port; a page on 127.0.0.1 is another site', async () => {
    const local = await openScene('sqlite', {
      url: 'http://localhost:4123',
      frontends: ['http://localhost:5173', 'http://127.0.0.1:5173'],
    })
    const near = local.browser('http://localhost:5173')
    await near.signUp({ email: 'near@example.org', password: PASSWORD })
    assert.deepEqual([...near.cookies.keys()], ['coatcheck-4123'])
    const far = local.browser('http://127.0.0.1:5173')
    await far.post('/v1/sign-in', { identifier: 'near@example.org', password: PASSWORD })
    assert.deepEqual([...far.cookies.keys()], [`${NAME}-x`])
    await local.close()
  })

  test('two projects under one hosting domain are two sites (private suffixes)', async () => {
    const hosted = await openScene('sqlite', {
      url: 'https://api-me.github.io',
      frontends: ['https://somebody.github.io'],
    })
    const browser = hosted.browser('https://somebody.github.io')
    await browser.signUp({ email: 'hosted@example.org', password: PASSWORD })
    assert.deepEqual([...browser.cookies.keys()], [`${NAME}-x`])
    await hosted.close()
  })

  describe('over a real socket', () => {
    const folder = mkdtempSync(join(tmpdir(), 'coatcheck-cookies-'))
    let server: ServerProcess
    before(async () => (server = await startServer({ COATCHECK_DATABASE: join(folder, 'k.db') })))
    after(async () => {
      await server.stop()
      rmSync(folder, { recursive: true })
    })

    test('K7 a cookie bomb is refused, and the server goes on', async () => {
      const bomb = (cookies: number): string => {
        const jar = Array.from({ length: cookies }, (_, index) => `c${index}=${'x'.repeat(4_096)}`).join('; ')
        return `GET /v1/session HTTP/1.1\r\nHost: x\r\nCookie: ${jar}\r\nConnection: close\r\n\r\n`
      }
      assert.match(await sendRaw(server.port, bomb(4)), /^HTTP\/1\.1 431 /)
      // Of a hundred, the server reads no more than it must: the answer may be lost in the reset.
      assert.match(await sendRaw(server.port, bomb(100)), /^(?:HTTP\/1\.1 431 |$)/)
      assert.equal((await fetch(`${server.url}/v1/session`)).status, 200)
    })

    test('K3 two Cookie headers that each name a session are nobody', async () => {
      const body = JSON.stringify({ email: 'two@example.org', password: PASSWORD })
      const signUp = await fetch(`${server.url}/v1/sign-up`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      const cookie = signUp.headers.getSetCookie()[0]?.split(';')[0] ?? ''
      const ask = (headers: string): Promise<string> =>
        sendRaw(server.port, `GET /v1/session HTTP/1.1\r\nHost: x\r\n${headers}Connection: close\r\n\r\n`)
      assert.match(await ask(`Cookie: ${cookie}\r\n`), /two@example\.org/)
      assert.match(await ask(`Cookie: ${cookie}\r\nCookie: ${cookie}\r\n`), /"user":null/)
      assert.match(await ask(`Cookie: a=1\r\nCookie: ${cookie}\r\n`), /two@example\.org/)
    })
  })
})

/** The same object, with every call counted. */
function counted<Target extends object>(target: Target, count: () => void): Target {
  return new Proxy(target, {
    get(inner, name) {
      const member: unknown = Reflect.get(inner, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]): unknown => {
        if (name === 'find') count()
        return Reflect.apply(member, inner, args)
      }
    },
  })
}
