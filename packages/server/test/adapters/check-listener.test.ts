import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { checkListener } from '../../src/adapters/node/check-listener.ts'
import { createCheckHandler, type CheckHandler } from '../../src/http/check-handler.ts'
import { FrontEnds } from '../../src/http/front-ends.ts'
import { StoreUnavailable } from '../../src/core/errors.ts'
import type { Store } from '../../src/core/store.ts'
import { freePort } from '../../../../tools/free-port.ts'
import { API, APP, FAR, openScene, PASSWORD, type Scene } from '../support/scene.ts'
import { sendRaw } from '../support/server-process.ts'

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'QUERY', 'BREW']
const TARGETS = [
  '/v1/session',
  '/v1/session?x=1',
  '/v1/session/',
  '/v1/sessions',
  '//v1/session',
  '/v1/%73ession',
  '/v1/./session',
  '/V1/session',
  `${API}/v1/session`,
  '/v1/session#x',
  '*',
]
const HOSTS = ['api.example.com', 'API.example.com', 'localhost:4000', 'localhost:80', 'x y', '1.2.3', '[::1]:4000', '']
const ORIGINS = [null, API, APP, FAR, 'https://evil.example', 'null', `${APP}/`, 'http://app.example.com', 'é']

/** Two servers on one system: one with the path of its own for checks, one without. */
describe('a check by its own path', () => {
  let scene: Scene
  let away = false
  const servers: { readonly port: number; close(): void }[] = []
  let failures: unknown[] = []
  let tokens: readonly string[] = []

  const start = async (listener: RequestListener): Promise<void> => {
    const port = await freePort()
    const server = createServer({ keepAlive: false }, listener).listen(port, '127.0.0.1')
    await once(server, 'listening')
    servers.push({ port, close: () => server.close() })
  }

  before(async () => {
    scene = await openScene('sqlite', { wrapStore: (store) => leavingAtWill(store, () => away) })
    const near = scene.browser(APP)
    await near.signUp({ email: 'near@example.com', password: PASSWORD, name: 'Zoë 🧥' })
    const far = scene.browser(FAR)
    await far.signUp({ email: 'far@example.net', password: PASSWORD })
    const ended = scene.browser(APP)
    await ended.signUp({ email: 'ended@example.com', password: PASSWORD })
    const endedToken = ended.token
    await ended.post('/v1/sign-out')
    tokens = [near.token, far.token, endedToken, 'A'.repeat(64), 'short']

    const check: CheckHandler = createCheckHandler(scene.core, new FrontEnds(API, [APP, FAR]), (failure) =>
      failures.push(failure),
    )
    const everything = getRequestListener((request) => scene.auth.fetch(request, { clientAddress: '127.0.0.1' }))
    await start((incoming, outgoing) => void everything(incoming, outgoing))
    await start(checkListener(check, () => '127.0.0.1', everything))
  })
  after(async () => {
    for (const server of servers) server.close()
    await scene.close()
  })

  /** The same bytes to both; their answers, but for the order of the headers and the date. */
  const both = async (lines: readonly (string | null)[]): Promise<readonly [string, string]> => {
    const request = `${[...lines, 'Connection: close'].filter((line) => line !== null).join('\r\n')}\r\n\r\n`
    const [web, own] = await Promise.all(servers.map(({ port }) => sendRaw(port, Buffer.from(request, 'latin1'))))
    return [plain(web ?? ''), plain(own ?? '')]
  }
  const same = async (lines: readonly (string | null)[]): Promise<string> => {
    const [web, own] = await both(lines)
    assert.equal(own, web, lines.join(' | '))
    return own
  }
  const cookies = (): readonly (string | null)[] => {
    const [near = '', far = '', ...others] = tokens
    const names = ['__Host-Http-session', '__Host-Http-session-x']
    const each = [near, far, ...others].flatMap((token) => names.map((name) => `Cookie: ${name}=${token}`))
    const [name = '', nameX = ''] = names
    return [
      null,
      ...each,
      `Cookie: a=b; ${name}=${near}; ${nameX}=${far}`,
      `Cookie: ${name}=${near}; ${name}=${near}`,
      `Cookie: ${name}=${near}\r\nCookie: ${name}=${far}`,
      `cOOkie: \t${name}=${near} ; x`,
      `Cookie: ${name}="${near}"`,
      `Cookie:`,
    ]
  }

  test('answers whatever asks for the session as all requests are answered: every cookie under every origin', async () => {
    const everyCookie = async (): Promise<number> => {
      let signedIn = 0
      for (const origin of ORIGINS) {
        for (const cookie of cookies()) {
          const sent = ['GET /v1/session HTTP/1.1', 'Host: api.example.com', origin && `Origin: ${origin}`, cookie]
          if ((await same(sent)).includes('"email"')) signedIn += 1
        }
      }
      return signedIn
    }
    const { counts } = scene.core.leased
    const fromMemory = await everyCookie()
    assert.ok(fromMemory >= 20, `${fromMemory} of them were somebody's`)
    assert.ok(counts.hits > fromMemory, 'answered from memory')
    scene.core.leased.lose()
    const { hits } = counts
    assert.equal(await everyCookie(), fromMemory)
    assert.equal(counts.hits, hits, 'answered from the store')
  })

  test('leaves every other method, address and host to the way of all requests', async () => {
    const cookie = `Cookie: __Host-Http-session=${tokens[0]}`
    for (const target of TARGETS) {
      for (const method of METHODS) await same([`${method} ${target} HTTP/1.1`, 'Host: api.example.com', cookie])
      for (const host of HOSTS) await same([`GET ${target} HTTP/1.1`, `Host: ${host}`, cookie])
      await same([`GET ${target} HTTP/1.0`, cookie])
      await same([`GET ${target} HTTP/1.1`, cookie])
    }
  })

  test('judges Fetch Metadata, several origins and a body alike', async () => {
    const cookie = `Cookie: __Host-Http-session=${tokens[0]}`
    const start = ['GET /v1/session HTTP/1.1', 'Host: api.example.com', cookie]
    await same([...start, `Origin: ${APP}`, `Origin: ${FAR}`])
    await same([...start, 'Sec-Fetch-Site: cross-site', 'User-Agent: one', 'User-Agent: two'])
    await same([...start, 'Content-Type: text/plain', 'Content-Length: 5', '', 'hello'])
    await same([...start, 'Access-Control-Request-Method: POST', `Origin: ${APP}`])
    await same([...start, 'X-Forwarded-For: 1.2.3.4', 'X-Forwarded-For: nonsense'])
  })

  test('says 503 alike while the store is away, tells the log, and nobody is signed out', async () => {
    const { length } = scene.failures
    failures = []
    away = true
    scene.core.leased.lose()
    const lines = ['GET /v1/session HTTP/1.1', 'Host: api.example.com', `Cookie: __Host-Http-session=${tokens[0]}`]
    assert.match(await same([...lines, `Origin: ${APP}`]), /^HTTP\/1.1 503 .*"code":"store-unavailable"/s)
    away = false
    assert.ok(failures.length === 1 && failures[0] instanceof StoreUnavailable)
    assert.equal(scene.failures.length, length + 1)
    assert.match(await same(lines), /"near@example.com"/)
  })
})

function leavingAtWill(store: Store, isAway: () => boolean): Store {
  const find = (id: string): ReturnType<Store['sessions']['find']> => {
    if (isAway()) return Promise.reject(new StoreUnavailable('away', { outcome: 'nothing-written' }))
    return store.sessions.find(id)
  }
  const sessions = new Proxy(store.sessions, {
    get(target, name) {
      if (name === 'find') return find
      const value = Reflect.get(target, name) as unknown
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { ...store, sessions }
}

function plain(answer: string): string {
  const [head = '', ...body] = answer.split('\r\n\r\n')
  const [status, ...headers] = head.split('\r\n')
  const told = headers.map((line) => line.replace(/^[^:]*/, (name) => name.toLowerCase()))
  return [status, ...told.filter((line) => !line.startsWith('date:')).toSorted(), '', ...body].join('\n')
}
