import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SessionList } from '@coatcheck/client/protocol'
import { PROBLEMS } from '../../src/http/problem.ts'
import { routeTable } from '../../src/http/routes/table.ts'
import { API, openScene, PASSWORD, type Scene } from '../support/scene.ts'

interface Operation {
  readonly requestBody?: {
    readonly content: Record<
      string,
      {
        readonly schema: {
          readonly properties: object
          readonly required: string[]
          readonly additionalProperties: boolean
        }
      }
    >
  }
  readonly responses: Record<string, { readonly description: string; readonly content?: object }>
  readonly operationId: string
}

interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
}

describe('the documents that the API serves of itself', () => {
  let scene: Scene
  let document: Document
  before(async () => {
    scene = await openScene('sqlite')
    document = (await (await scene.browser().get('/openapi.json')).json()) as Document
  })
  after(() => scene.close())

  test('OpenAPI has every route of the table, and no other', () => {
    assert.equal(document.openapi, '3.1.1')
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const routes = routeTable(API).map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    assert.deepEqual(new Set(documented), new Set(routes))
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    )
    assert.equal(new Set(ids).size, ids.length)
  })

  test('the schemas are the ones that validate: required fields, no others', () => {
    const schema = document.paths['/v1/sign-up']?.['post']?.requestBody?.content['application/json']?.schema
    assert.deepEqual(Object.keys(schema?.properties ?? {}), ['email', 'password', 'name', 'username'])
    assert.deepEqual(schema?.required, ['email', 'password'])
    assert.equal(schema?.additionalProperties, false)
  })

  test('every reference in it leads to a definition in it', () => {
    const text = JSON.stringify(document)
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference ?? '')
    assert.ok(references.length > 0)
    for (const reference of references) {
      const found = reference
        .replace('#/', '')
        .split('/')
        .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document)
      assert.ok(found, reference)
    }
    assert.ok(!text.includes('$defs'))
  })

  test('every good answer of every route is documented, and given; and so are the problems of a first visit', async () => {
    const browser = scene.browser()
    const given = new Set<string>()
    const see = async (method: string, path: string, response: Response): Promise<void> => {
      const name = `${method.toUpperCase()} ${path} ${response.status}`
      const described = document.paths[path]?.[method]?.responses[response.status]
      assert.ok(described, name)
      given.add(name)
      if (response.status < 400 || path === '/readyz') return
      const { code } = (await response.json()) as { code: string }
      assert.ok(described.description.includes(`\`${code}\``), `${path}: ${code} is named`)
    }
    const account = { email: 'doc@example.org', password: PASSWORD }
    const signIn = { identifier: account.email, password: PASSWORD }

    await see('post', '/v1/sign-up', await browser.post('/v1/sign-up', {}))
    await see('post', '/v1/sign-up', await browser.post('/v1/sign-up', { ...account, password: 'short' }))
    await see('post', '/v1/sign-up', await browser.post('/v1/sign-up', account))
    await see('post', '/v1/sign-up', await browser.post('/v1/sign-up', account))
    await see('get', '/v1/session', await browser.get('/v1/session'))
    await see('post', '/v1/sign-in', await scene.browser().post('/v1/sign-in', signIn))
    await see('post', '/v1/sign-in', await scene.browser().post('/v1/sign-in', { ...signIn, password: 'wrong' }))
    await see('get', '/v1/doctor', await browser.get('/v1/doctor'))
    await see('post', '/v1/doctor', await browser.request('/v1/doctor', { method: 'POST' }))
    const list = await browser.get('/v1/sessions')
    const { sessions } = (await list.clone().json()) as SessionList
    const other = sessions.find(({ current }) => !current)
    await see('get', '/v1/sessions', list)
    await see('delete', '/v1/sessions/{id}', await browser.delete(`/v1/sessions/${other?.id}`))
    await see('delete', '/v1/sessions/{id}', await browser.delete('/v1/sessions/x'))
    await see('delete', '/v1/sessions', await browser.delete('/v1/sessions'))
    await see('post', '/v1/sign-out', await browser.post('/v1/sign-out'))
    await see('get', '/v1/sessions', await browser.get('/v1/sessions'))
    for (const path of ['/healthz', '/readyz', '/openapi.json', '/docs'])
      await see('get', path, await browser.get(path))
    await see('get', '/metrics', await scene.browser(undefined, '127.0.0.1').get('/metrics'))
    await see('get', '/metrics', await browser.get('/metrics'))
    await see('get', '/problems/{code}', await browser.get('/problems/busy'))

    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
      ),
    )
    const good = (name: string): boolean => / 2\d\d$/.test(name)
    assert.deepEqual([...given].filter(good).toSorted(), documented.filter(good).toSorted())
  })

  test("every problem's type leads to a page that says what to do", async () => {
    for (const [code, { title }] of Object.entries(PROBLEMS)) {
      const response = await scene.browser().get(`/problems/${code}`)
      assert.equal(response.status, 200)
      const page = await response.text()
      assert.ok(page.includes(code) && page.includes(title.slice(0, 20)), code)
    }
  })

  test('/docs shows every route, without a script', async () => {
    const response = await scene.browser().get('/docs')
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
    const page = await response.text()
    for (const { path } of routeTable(API)) assert.ok(page.includes(path), path)
    assert.ok(!page.includes('<script'))
  })

  test('V1 every answer has the headers of the contract', async () => {
    const paths = [
      '/v1/session',
      '/v1/sessions',
      '/docs',
      '/openapi.json',
      '/healthz',
      '/problems/busy',
      '/nowhere',
      '/v1/sign-in',
    ]
    for (const path of paths) {
      const { headers } = await scene.browser().get(path)
      assert.equal(headers.get('cache-control'), 'no-store', path)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.equal(headers.get('referrer-policy'), 'no-referrer')
      assert.equal(headers.get('cross-origin-resource-policy'), 'same-site')
      assert.equal(headers.get('strict-transport-security'), 'max-age=63072000')
      assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none';.*frame-ancestors 'none'$/)
      assert.equal(headers.get('vary'), 'Origin')
    }
    const far = await scene.browser('https://far.example.net').get('/v1/session')
    assert.equal(far.headers.get('cross-origin-resource-policy'), 'cross-origin')
    const stranger = await scene.browser('https://evil.test').get('/v1/session')
    assert.equal(stranger.headers.get('cross-origin-resource-policy'), 'same-origin')
  })

  test('HEAD answers as GET does, without a body; another method is 405 and says which there are', async () => {
    const head = await scene.browser().request('/v1/session', { method: 'HEAD' })
    assert.equal(head.status, 200)
    assert.equal(await head.text(), '')
    const wrong = await scene.browser().request('/v1/sessions', { method: 'PUT' })
    assert.equal(wrong.status, 405)
    assert.equal(wrong.headers.get('allow'), 'HEAD, GET, DELETE, OPTIONS')
  })
})
