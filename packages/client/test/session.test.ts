import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import { createClient, NetworkError, ProblemError } from '../src/index.ts'
import type { Answer } from './acting-server.ts'
import { problem, until, viewOf } from './acting-server.ts'
import { nameOf, password, setScene, statesOf } from './scene.ts'

const failures: Record<string, { answer: Answer; error: typeof NetworkError | typeof ProblemError }> = {
  'no answer': { answer: 'drop', error: NetworkError },
  'a 503': { answer: problem(503, 'store-unavailable'), error: ProblemError },
  'a 429': { answer: problem(429, 'too-many-attempts'), error: ProblemError },
  'a 401': { answer: problem(401, 'not-signed-in'), error: ProblemError },
  "a proxy's 502 in HTML": {
    answer: { status: 502, type: 'text/html', body: '<h1>Bad gateway</h1>' },
    error: NetworkError,
  },
  "a proxy's 502 with a code of its own": {
    answer: { status: 502, body: { code: 'ECONNREFUSED' } },
    error: NetworkError,
  },
  "a hotel's sign-in page": {
    answer: { status: 200, type: 'text/html', body: '<h1>Welcome</h1>' },
    error: NetworkError,
  },
  'JSON that is no view': { answer: { status: 200, body: {} }, error: NetworkError },
  'half a view': { answer: { status: 200, body: { user: null, session: { id: 'x' } } }, error: NetworkError },
  'a view without an end': { answer: { status: 200, body: viewOf('ada', { expiresAt: 'soon' }) }, error: NetworkError },
  null: { answer: { status: 200, body: 'null' }, error: NetworkError },
  'a redirect': { answer: { status: 302, headers: { location: '/elsewhere' } }, error: NetworkError },
  'no content': { answer: { status: 204 }, error: NetworkError },
}

describe('the session', () => {
  it('is unknown until the server has answered, then what the server says', async (t) => {
    const { server, tab } = await setScene(t)
    server.view = viewOf('ada')
    const client = tab()
    assert.deepEqual(client.session.get(), { status: 'unknown' })
    const state = await client.session.refresh()
    assert.deepEqual(state, { status: 'signed-in', ...server.view })
    assert.equal(client.session.get(), state)
  })

  it('is asked for once by ten callers and ten subscribers at the same time', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    for (let i = 0; i < 10; i += 1) client.session.subscribe(() => {})
    const states = await Promise.all(Array.from({ length: 10 }, () => client.session.refresh()))
    assert.equal(server.count('GET /v1/session'), 1)
    assert.equal(new Set(states).size, 1)
    await client.session.refresh()
    assert.equal(server.count('GET /v1/session'), 2)
  })

  it('is not asked for when a client is made, only when somebody listens', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    client.session.get()
    await server.quiet()
    assert.deepEqual(server.log, [])
    client.session.subscribe(() => {})
    await until(() => client.session.get().status === 'signed-out')
    assert.deepEqual(server.log, ['GET /v1/session'])
  })

  for (const [name, { answer, error }] of Object.entries(failures)) {
    it(`stays unknown after ${name}`, async (t) => {
      const { server, tab } = await setScene(t)
      server.instead.set('GET /v1/session', answer)
      const client = tab()
      const states = statesOf(client)
      await assert.rejects(client.session.refresh(), error)
      assert.deepEqual(states, [{ status: 'unknown' }])
    })

    it(`stays signed-in after ${name}`, async (t) => {
      const { server, tab } = await setScene(t)
      server.view = viewOf('ada')
      const client = tab()
      const before = await client.session.refresh()
      server.instead.set('GET /v1/session', answer)
      await assert.rejects(client.session.refresh(), error)
      assert.equal(client.session.get(), before)
    })
  }

  it('stays signed-in when the server is gone', async (t) => {
    const { server, tab } = await setScene(t)
    server.view = viewOf('ada')
    const client = tab()
    const before = await client.session.refresh()
    await server[Symbol.asyncDispose]()
    await assert.rejects(client.session.refresh(), (error) => error instanceof NetworkError && error.status === null)
    assert.equal(client.session.get(), before)
  })

  it('recovers by itself from a first request that failed', async (t) => {
    const { server, tab } = await setScene(t)
    server.instead.set('GET /v1/session', problem(503, 'busy'))
    const client = tab()
    await assert.rejects(client.session.refresh(), ProblemError)
    server.instead.clear()
    await client.session.refresh()
    assert.equal(client.session.get().status, 'signed-out')
  })

  it('asks with credentials, past any cache, and follows no redirect', async (t) => {
    const { server, tab } = await setScene(t)
    const inits: (RequestInit | undefined)[] = []
    const client = tab({ fetch: (input, init) => (inits.push(init), fetch(input, init)) })
    await client.session.refresh()
    await client.signIn({ identifier: 'ada', password })
    await client.signOut()
    assert.deepEqual(
      inits.map((init) => [init?.credentials, init?.cache, init?.redirect, init?.keepalive]),
      [
        ['include', 'no-store', 'error', false],
        ['include', 'no-store', 'error', false],
        ['include', 'no-store', 'error', true],
      ],
    )
    assert.equal(server.log.length, 3)
  })

  it('lives under a path when the server does', async (t) => {
    const { server, tab } = await setScene(t)
    server.instead.set('GET /api/auth/v1/session', { status: 200, body: viewOf('ada') })
    for (const url of [`${server.url}/api/auth`, `${server.url}/api/auth/`]) {
      assert.equal(nameOf(await tab({ url }).session.refresh()), 'ada')
    }
  })

  it('is of an http server or none', () => {
    for (const url of ['file:///etc/passwd', 'data:text/plain,x', 'localhost:4000']) {
      assert.throws(() => createClient({ url }), TypeError)
    }
  })
})

describe('a subscriber', () => {
  it('is called at once, then once for each change, and not after it has left', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    const seen: string[] = []
    const unsubscribe = client.session.subscribe((state) => seen.push(nameOf(state)))
    assert.deepEqual(seen, ['unknown'])
    await client.session.refresh()
    await client.session.refresh()
    await client.signIn({ identifier: 'ada', password })
    assert.deepEqual(seen, ['unknown', 'signed-out', 'ada'])
    unsubscribe()
    unsubscribe()
    await client.signOut()
    assert.deepEqual(seen, ['unknown', 'signed-out', 'ada'])
    assert.equal(server.view.user, null)
  })

  it('gets the very object that get() returns, frozen, the same one while the answers are the same', async (t) => {
    const { server, tab } = await setScene(t)
    server.view = viewOf('ada')
    const client = tab()
    const states = statesOf(client)
    const first = await client.session.refresh()
    const second = await client.session.refresh()
    assert.equal(server.count('GET /v1/session'), 2)
    assert.equal(second, first)
    assert.equal(states.length, 2)
    assert.equal(states[1], client.session.get())
    assert.ok(first.status === 'signed-in')
    for (const part of [first, first.user, first.session, first.session.methods]) assert.ok(Object.isFrozen(part))
  })

  it('is told when the same session has new data', async (t) => {
    const { server, tab } = await setScene(t)
    const ada = viewOf('ada')
    server.view = ada
    const client = tab()
    const states = statesOf(client)
    await client.session.refresh()
    server.view = { ...ada, user: { ...ada.user, name: 'Ada Lovelace' } }
    await client.session.refresh()
    assert.deepEqual(states.map(nameOf), ['unknown', 'ada', 'Ada Lovelace'])
  })

  it('that throws is reported and does not keep the others from being told', async (t) => {
    const { tab } = await setScene(t)
    const reported = mock.fn()
    Object.assign(globalThis, { reportError: reported })
    t.after(() => Reflect.deleteProperty(globalThis, 'reportError'))
    const client = tab()
    client.session.subscribe(() => {
      throw new Error('of the first subscriber')
    })
    const states = statesOf(client)
    assert.equal((await client.session.refresh()).status, 'signed-out')
    assert.deepEqual(states.map(nameOf), ['unknown', 'signed-out'])
    assert.equal(reported.mock.callCount(), 2)
  })

  it('may come twice and leave once', async (t) => {
    const { tab } = await setScene(t)
    const client = tab()
    const listener = mock.fn()
    client.session.subscribe(listener)
    client.session.subscribe(listener)()
    await client.session.refresh()
    assert.equal(listener.mock.callCount(), 3)
  })

  it('that is removed by another during a change is not called any more', async (t) => {
    const { tab } = await setScene(t)
    const client = tab()
    const removed = mock.fn()
    let remove = (): void => {}
    client.session.subscribe(() => remove())
    remove = client.session.subscribe(removed)
    await client.session.refresh()
    assert.equal(removed.mock.callCount(), 1)
  })

  it('is not called after close()', async (t) => {
    const { server, page, tab } = await setScene(t)
    const client = tab()
    const states = statesOf(client)
    await client.session.refresh()
    client.close()
    server.view = viewOf('ada')
    page.online()
    page.back()
    await server.quiet()
    assert.equal(server.count('GET /v1/session'), 1)
    await client.session.refresh()
    assert.deepEqual(states.map(nameOf), ['unknown', 'signed-out'])
  })
})
