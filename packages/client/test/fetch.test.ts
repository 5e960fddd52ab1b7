import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ProblemError, problemOf } from '../src/index.ts'
import type { Answer } from './acting-server.ts'
import { ActingServer, problem, signedOut, viewOf } from './acting-server.ts'
import { nameOf, password, setScene, statesOf } from './scene.ts'

describe('fetch', () => {
  it('goes to the server with credentials, whatever the caller asked for', async (t) => {
    const { server, tab } = await setScene(t)
    server.view = viewOf('ada')
    const seen: [string, RequestCredentials | undefined][] = []
    const client = tab({
      fetch: (input, init) => {
        seen.push([input instanceof Request ? input.url : String(input), init?.credentials])
        return fetch(input, init)
      },
    })
    const inputs = [
      '/trades',
      'trades',
      `${server.url}/trades`,
      new URL('/trades', server.url),
      new Request(`${server.url}/trades`),
    ]
    for (const input of inputs) {
      assert.deepEqual(await (await client.fetch(input, { credentials: 'omit' })).json(), { for: 'ada' })
    }
    assert.deepEqual(
      seen,
      inputs.map(() => [`${server.url}/trades`, 'include']),
    )
  })

  it('keeps method, headers and body', async (t) => {
    const { server, tab } = await setScene(t)
    server.view = viewOf('ada')
    const body = JSON.stringify({ symbol: 'XYZ' })
    const headers = { 'content-type': 'application/json' }
    const client = tab()
    await client.fetch('/trades', { method: 'POST', headers, body })
    assert.equal(server.received.get('POST /trades')?.body, body)
    await client.fetch(new Request(`${server.url}/more`, { method: 'POST', headers, body }))
    assert.equal(server.received.get('POST /more')?.body, body)
    assert.equal(server.received.get('POST /more')?.headers['content-type'], 'application/json')
  })

  it('refuses every other origin, and sends nothing there', async (t) => {
    const { server, tab } = await setScene(t)
    await using other = await ActingServer.start()
    const client = tab()
    const { host, port } = new URL(server.url)
    const elsewhere = [
      `${other.url}/steal`,
      new URL('/steal', other.url),
      new Request(`${other.url}/steal`),
      `//${new URL(other.url).host}/steal`,
      `\\\\${new URL(other.url).host}\\steal`,
      `${server.url}@${new URL(other.url).host}/steal`,
      `https://${host}/`,
      `http://localhost:${port}/`,
      'data:text/plain,x',
    ]
    for (const input of elsewhere) await assert.rejects(client.fetch(input), TypeError)
    assert.deepEqual([...server.log, ...other.log], [])
  })

  it('turns a 401 not-signed-in into signed-out before it returns, with a body that can still be read', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    await client.signIn({ identifier: 'ada', password })
    server.view = signedOut
    const response = await client.fetch('/trades')
    assert.deepEqual(client.session.get(), { status: 'signed-out' })
    assert.equal(((await response.json()) as { code: string }).code, 'not-signed-in')
    assert.equal(server.count('GET /v1/session'), 0)
  })

  const others: Record<string, Answer> = {
    'a 401 for wrong credentials': problem(401, 'invalid-credentials'),
    'a 401 without a problem': { status: 401, body: { code: 'not-signed-in' } },
    "a proxy's own 401": { status: 401, type: 'text/html', body: '<h1>Sign in</h1>' },
    'a 401 with a broken body': { status: 401, type: 'application/problem+json', body: '{"code":' },
    'a 401 without a body': { status: 401, type: 'application/problem+json' },
    'a 403 with the same code': problem(403, 'not-signed-in'),
    'a 200 with the same code': { ...(problem(401, 'not-signed-in') as object), status: 200 },
    'a 429': problem(429, 'too-many-attempts'),
    'a 503': problem(503, 'store-unavailable'),
  }
  for (const [name, answer] of Object.entries(others)) {
    it(`returns ${name} as it came and leaves the state`, async (t) => {
      const { server, tab } = await setScene(t)
      const client = tab()
      await client.signIn({ identifier: 'ada', password })
      const states = statesOf(client)
      server.instead.set('GET /trades', answer)
      const response = await client.fetch('/trades')
      assert.ok(answer !== 'drop')
      assert.equal(response.status, answer.status)
      await response.text()
      await server.quiet()
      assert.deepEqual(states.map(nameOf), ['ada'])
      assert.equal(server.count('GET /v1/session'), 0)
    })
  }

  it('leaves the state when no answer comes', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    await client.signIn({ identifier: 'ada', password })
    server.instead.set('GET /trades', 'drop')
    await assert.rejects(client.fetch('/trades'), TypeError)
    assert.equal(nameOf(client.session.get()), 'ada')
  })

  it("does not believe a 401 of another origin's, behind a redirect", async (t) => {
    const { server, tab } = await setScene(t)
    await using other = await ActingServer.start()
    const client = tab()
    await client.signIn({ identifier: 'ada', password })
    server.instead.set('GET /trades', { status: 302, headers: { location: `${other.url}/trades` } })
    assert.equal((await client.fetch('/trades')).status, 401)
    assert.equal(nameOf(client.session.get()), 'ada')
  })

  it('does not undo a sign-in by a 401 that was asked for before it: the server is asked', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    await client.session.refresh()
    const held = server.hold('GET /trades')
    const late = client.fetch('/trades')
    await held.arrived
    await client.signIn({ identifier: 'ada', password })
    const states = statesOf(client)
    held.release()
    assert.equal((await late).status, 401)
    await client.session.refresh()
    assert.deepEqual(states.map(nameOf), ['ada'])
  })

  it('does not undo a sign-in by a 401 that arrives while it runs', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    await client.signIn({ identifier: 'bob', password })
    const states = statesOf(client)
    const held = server.hold('POST /v1/sign-in')
    const signIn = client.signIn({ identifier: 'ada', password })
    await held.arrived
    server.instead.set('GET /trades', problem(401, 'not-signed-in'))
    await client.fetch('/trades')
    assert.equal(nameOf(client.session.get()), 'bob')
    held.release()
    await signIn
    assert.equal(nameOf(client.session.get()), 'ada')
    await client.session.refresh()
    assert.deepEqual(states.map(nameOf), ['bob', 'ada'])
  })

  it('does not undo, by a 401 from before, a sign-in that was noticed by asking', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    await client.session.refresh()
    const held = server.hold('GET /trades')
    const late = client.fetch('/trades')
    await held.arrived
    server.view = viewOf('ada')
    await client.session.refresh()
    const states = statesOf(client)
    held.release()
    await late
    await client.session.refresh()
    assert.deepEqual(states.map(nameOf), ['ada'])
  })

  it('shows nobody signed-out by a 401 from during a sign-in whose answer was lost', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    await client.signIn({ identifier: 'bob', password })
    const states = statesOf(client)
    server.instead.set('POST /v1/sign-in', () => {
      server.view = viewOf('ada')
      return 'drop'
    })
    server.instead.set('GET /trades', problem(401, 'not-signed-in'))
    const [signIn, trades, session] = ['POST /v1/sign-in', 'GET /trades', 'GET /v1/session'].map((r) => server.hold(r))
    const lost = assert.rejects(client.signIn({ identifier: 'ada', password }))
    await signIn?.arrived
    const late = client.fetch('/trades')
    await trades?.arrived
    signIn?.release()
    await lost
    trades?.release()
    await late
    session?.release()
    await client.session.refresh()
    assert.deepEqual(states.map(nameOf), ['bob', 'ada'])
  })
})

describe('problemOf', () => {
  it('reads the error of an answer of `fetch`, as the other methods throw it', async (t) => {
    const { server, tab } = await setScene(t)
    const errors = [{ path: 'price', message: 'Too much' }]
    const refusal = problem(400, 'invalid-request', { errors, detail: 'No such trade' })
    assert.ok(refusal !== 'drop')
    server.instead.set('POST /trades', { ...refusal, headers: { 'retry-after': '3' } })
    const read = await problemOf(await tab().fetch('/trades', { method: 'POST' }))
    assert.ok(read instanceof ProblemError)
    assert.deepEqual(
      [read.code, read.status, read.message, read.errors, read.retryAfterSeconds],
      ['invalid-request', 400, 'No such trade', errors, 3],
    )
  })

  const none: Record<string, Answer> = {
    "a proxy's JSON with a code of its own": { status: 502, body: { code: 'ECONNREFUSED' } },
    "a proxy's page": { status: 502, type: 'text/html', body: '<h1>Bad gateway</h1>' },
    'a broken document': { status: 500, type: 'application/problem+json', body: '{"code":' },
    'a document without a code': { status: 500, type: 'application/problem+json', body: { title: 'Oh' } },
    'an empty one': { status: 500, type: 'application/problem+json' },
  }
  for (const [name, answer] of Object.entries(none)) {
    it(`finds none in ${name}`, async (t) => {
      const { server, tab } = await setScene(t)
      server.instead.set('GET /trades', answer)
      assert.equal(await problemOf(await tab().fetch('/trades')), null)
    })
  }
})
