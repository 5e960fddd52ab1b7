import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NetworkError, ProblemError } from '../src/index.ts'
import { problem, until, viewOf } from './acting-server.ts'
import { nameOf, password, setScene, statesOf } from './scene.ts'

describe('signing up and in', () => {
  it('sends JSON and takes the view from the answer, without another request', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    const up = await client.signUp({ email: 'ada@example.test', password, name: 'Ada' })
    assert.deepEqual(client.session.get(), { status: 'signed-in', ...up })
    const signIn = await client.signIn({ identifier: 'bob', password })
    assert.deepEqual(client.session.get(), { status: 'signed-in', ...signIn })
    await server.quiet()
    assert.deepEqual(server.log, ['POST /v1/sign-up', 'POST /v1/sign-in'])
    const received = server.received.get('POST /v1/sign-up')
    assert.equal(received?.headers['content-type'], 'application/json')
    assert.deepEqual(JSON.parse(received?.body ?? ''), { email: 'ada@example.test', password, name: 'Ada' })
    assert.deepEqual(JSON.parse(server.received.get('POST /v1/sign-in')?.body ?? ''), { identifier: 'bob', password })
  })

  it('takes a name and a username that are null, undefined or empty, and leaves it to the server to call them none', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab({ fetch: undefined, channelName: undefined })
    await client.signUp({ email: 'ada@example.test', password, name: null, username: undefined })
    const sent = (): unknown => JSON.parse(server.received.get('POST /v1/sign-up')?.body ?? '')
    assert.deepEqual(sent(), { email: 'ada@example.test', password, name: null })
    await client.signUp({ email: 'bob@example.test', password, name: '', username: '' })
    assert.deepEqual(sent(), { email: 'bob@example.test', password, name: '', username: '' })
  })

  it('that is refused throws the problem with its code, and changes nothing', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    const before = await client.session.refresh()
    server.instead.set(
      'POST /v1/sign-in',
      problem(401, 'invalid-credentials', { detail: 'Email or password is wrong' }),
    )
    await assert.rejects(client.signIn({ identifier: 'ada', password }), (error) => {
      assert.ok(error instanceof ProblemError)
      assert.deepEqual(
        [error.code, error.status, error.message, error.detail, error.errors, error.retryAfterSeconds],
        ['invalid-credentials', 401, 'Email or password is wrong', 'Email or password is wrong', [], null],
      )
      return true
    })
    await server.quiet()
    assert.equal(client.session.get(), before)
    assert.equal(server.count('GET /v1/session'), 1)
  })

  it('throws which fields are wrong, why a password was rejected, and how long to wait', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    const errors = [{ path: 'email', message: 'Not an email' }]
    server.instead.set('POST /v1/sign-up', problem(400, 'invalid-request', { errors }))
    await assert.rejects(client.signUp({ email: '', password }), { code: 'invalid-request', errors })
    server.instead.set('POST /v1/sign-up', problem(422, 'password-rejected', { reason: 'too-short' }))
    await assert.rejects(client.signUp({ email: '', password }), { code: 'password-rejected', reason: 'too-short' })
    const wait = problem(429, 'too-many-attempts')
    assert.ok(wait !== 'drop')
    server.instead.set('POST /v1/sign-in', { ...wait, headers: { 'retry-after': '17' } })
    await assert.rejects(client.signIn({ identifier: 'ada', password }), {
      code: 'too-many-attempts',
      retryAfterSeconds: 17,
      message: 'Title of too-many-attempts',
    })
  })

  it('does not take an answer without a user for a sign-in', async (t) => {
    const { server, tab } = await setScene(t)
    server.instead.set('POST /v1/sign-in', { status: 200, body: { user: null, session: null } })
    await assert.rejects(tab().signIn({ identifier: 'ada', password }), NetworkError)
  })

  it('whose answer was lost is noticed by asking the server', async (t) => {
    const { server, tab } = await setScene(t)
    server.instead.set('POST /v1/sign-in', () => {
      server.view = viewOf('ada')
      return 'drop'
    })
    const client = tab()
    await assert.rejects(client.signIn({ identifier: 'ada', password }), NetworkError)
    await until(() => nameOf(client.session.get()) === 'ada')
  })
})

describe('signing out', () => {
  it('makes the state signed-out once the server has acknowledged it, not before', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    await client.signIn({ identifier: 'ada', password })
    const held = server.hold('POST /v1/sign-out')
    const done = client.signOut()
    await held.arrived
    assert.equal(nameOf(client.session.get()), 'ada')
    held.release()
    assert.equal(await done, undefined)
    assert.deepEqual(client.session.get(), { status: 'signed-out' })
    const received = server.received.get('POST /v1/sign-out')
    assert.equal(received?.body, '')
    assert.equal(received?.headers['content-type'], undefined)
  })

  it('that the server could not do leaves the state and throws', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    await client.signIn({ identifier: 'ada', password })
    const states = statesOf(client)
    server.instead.set('POST /v1/sign-out', problem(503, 'store-unavailable'))
    await assert.rejects(client.signOut(), { code: 'store-unavailable', status: 503 })
    server.instead.set('POST /v1/sign-out', 'drop')
    await assert.rejects(client.signOut(), NetworkError)
    server.instead.set('POST /v1/sign-out', { status: 200, type: 'text/html', body: '<h1>Welcome to our hotel</h1>' })
    await assert.rejects(client.signOut(), NetworkError)
    server.instead.set('POST /v1/sign-out', { status: 200, body: {} })
    await assert.rejects(client.signOut(), NetworkError)
    await server.quiet()
    assert.deepEqual(states.map(nameOf), ['ada'])
  })

  it('whose answer was lost is noticed by asking the server', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    await client.signIn({ identifier: 'ada', password })
    server.instead.set('POST /v1/sign-out', () => {
      server.view = { user: null, session: null }
      return 'drop'
    })
    await assert.rejects(client.signOut(), NetworkError)
    await until(() => client.session.get().status === 'signed-out')
  })
})
