import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import express from 'express'
import { isWebRequest } from '../../src/adapters/node/node-head.ts'
import { API, APP, openScene, PASSWORD, type Scene } from '../support/scene.ts'

describe('auth.check of a request of node:http’s', () => {
  let scene: Scene
  let cookie: string
  const servers: Server[] = []
  let urls: readonly string[] = []
  before(async () => {
    scene = await openScene('sqlite')
    const browser = scene.browser()
    await browser.signUp({ email: 'ada@example.org', password: PASSWORD })
    cookie = browser.cookieHeader
    const answer = async (request: IncomingMessage): Promise<string> =>
      JSON.stringify({
        node: (await scene.auth.check(request))?.user.email ?? null,
        web: (await scene.auth.check(webRequest(request)))?.user.email ?? null,
      })
    const plain = createServer((request, response) => void answer(request).then((text) => response.end(text)))
    const app = express()
    app.use((request, response) => void answer(request).then((text) => response.end(text)))
    servers.push(plain.listen(0, '127.0.0.1'), app.listen(0, '127.0.0.1'))
    for (const server of servers) if (!server.listening) await once(server, 'listening')
    urls = servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/any?path`)
  })
  after(async () => {
    for (const server of servers) server.close()
    await scene.close()
  })

  /** The same request, as a Web-standard one. */
  const webRequest = ({ method = '', url = '', headers }: IncomingMessage): Request => {
    const lines = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])
    return new Request(new URL(url, API), { method, headers: lines })
  }

  test('answers as of the same request in its Web-standard form, in node:http and in Express', async () => {
    const evil = 'https://evil.example'
    for (const url of urls) {
      for (const [who, method, headers] of [
        ['ada@example.org', 'GET', { cookie }],
        ['ada@example.org', 'GET', { cookie, origin: APP }],
        ['ada@example.org', 'POST', { cookie, origin: APP }],
        ['ada@example.org', 'POST', { cookie, 'sec-fetch-site': 'same-origin' }],
        [null, 'POST', { cookie }],
        [null, 'POST', { cookie, origin: evil }],
        [null, 'POST', { cookie, 'sec-fetch-site': 'cross-site' }],
        [null, 'GET', {}],
        [null, 'GET', { cookie: `${cookie}; ${cookie}` }],
        ['ada@example.org', 'GET', { cookie, get: 'a header of this name' }],
      ] as const) {
        const response = await fetch(url, { method, headers })
        assert.deepEqual(await response.json(), { node: who, web: who }, `${method} ${JSON.stringify(headers)}`)
      }
    }
  })

  test('a refusal is told to the audit log with its path', async () => {
    await fetch(urls[0] ?? '', { method: 'POST', headers: { cookie, origin: 'https://evil.example' } })
    const refusals = scene.events.filter((event) => event.type === 'request.refused')
    assert.deepEqual(
      refusals.slice(-2).map(({ path }) => path),
      ['/any', '/any'],
    )
  })

  test('a Web-standard request is known by its headers, which can be asked', () => {
    assert.ok(isWebRequest(new Request(API)))
    assert.ok(!isWebRequest({ headers: {} }))
  })
})
