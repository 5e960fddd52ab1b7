import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { signedOut, until, viewOf } from './acting-server.ts'
import { nameOf, password, setScene, statesOf } from './scene.ts'

describe('another tab', () => {
  it('is signed-out at once by a sign-out, without asking', async (t) => {
    const { server, tab } = await setScene(t)
    server.view = viewOf('ada')
    const [here, there] = [tab(), tab()]
    await Promise.all([here.session.refresh(), there.session.refresh()])
    await server.quiet()
    const asked = server.count('GET /v1/session')
    await here.signOut()
    await until(() => there.session.get().status === 'signed-out')
    await server.quiet()
    assert.equal(server.count('GET /v1/session'), asked)
  })

  it('is signed-out even when the server cannot be asked', async (t) => {
    const { server, tab } = await setScene(t)
    const [here, there] = [tab(), tab()]
    server.view = viewOf('bob')
    await there.session.refresh()
    // The first tab never learned of Bob, so the session that it ends has no name.
    server.instead.set('GET /v1/session', 'drop')
    await here.signOut()
    await until(() => there.session.get().status === 'signed-out')
  })

  it('learns of a sign-in and of a sign-up by asking the server', async (t) => {
    const { server, tab } = await setScene(t)
    const [here, there] = [tab(), tab()]
    await there.session.refresh()
    await here.signIn({ identifier: 'ada', password })
    await until(() => nameOf(there.session.get()) === 'ada')
    await here.signUp({ email: 'bob@example.test', password })
    await until(() => nameOf(there.session.get()) === 'bob')
    await server.quiet()
    assert.equal(server.count('GET /v1/session'), 3)
  })

  it('takes new data of its own session without asking', async (t) => {
    const { server, tab } = await setScene(t)
    const ada = viewOf('ada')
    server.view = ada
    const [here, there] = [tab(), tab()]
    await Promise.all([here.session.refresh(), there.session.refresh()])
    await server.quiet()
    const asked = server.count('GET /v1/session')
    server.view = { ...ada, user: { ...ada.user, name: 'Ada Lovelace' } }
    await here.session.refresh()
    await until(() => nameOf(there.session.get()) === 'Ada Lovelace')
    assert.equal(server.count('GET /v1/session'), asked + 1)
    assert.ok(Object.isFrozen(there.session.get()))
  })

  it('does not take a signed-out view on faith: the server is asked', async (t) => {
    const { server, tab } = await setScene(t)
    server.view = viewOf('ada')
    const client = tab({ channelName: 'a tab that saw an older answer' })
    await client.session.refresh()
    const states = statesOf(client)
    const channel = new BroadcastChannel('a tab that saw an older answer')
    t.after(() => channel.close())
    channel.postMessage({ type: 'view', view: signedOut })
    await until(() => server.count('GET /v1/session') === 2)
    await server.quiet()
    assert.deepEqual(states.map(nameOf), ['ada'])
  })

  it('that ended another session makes this one ask, so an old message cannot sign out a new session for good', async (t) => {
    const { tab } = await setScene(t)
    const client = tab({ channelName: 'an old message' })
    await client.signIn({ identifier: 'ada', password })
    const states = statesOf(client)
    const channel = new BroadcastChannel('an old message')
    t.after(() => channel.close())
    channel.postMessage({ type: 'signed-out', sessionId: 'session-of-bob' })
    await until(() => states.length === 3)
    assert.deepEqual(states.map(nameOf), ['ada', 'signed-out', 'ada'])
  })

  it('may say anything: what is not a message is ignored', async (t) => {
    const { server, tab } = await setScene(t)
    server.view = viewOf('ada')
    const client = tab({ channelName: 'garbage' })
    const before = await client.session.refresh()
    const channel = new BroadcastChannel('garbage')
    t.after(() => channel.close())
    const garbage = [null, 1, 'signed-out', {}, { type: 'view' }, { type: 'view', view: {} }, { type: 'later-version' }]
    for (const message of garbage) channel.postMessage(message)
    await server.quiet()
    assert.equal(client.session.get(), before)
    assert.equal(server.count('GET /v1/session'), 1)
  })

  it('of another server, or on another channel, hears nothing', async (t) => {
    const { server, tab } = await setScene(t)
    server.view = viewOf('ada')
    const here = tab()
    const elsewhere = [tab({ channelName: 'another' }), tab({ url: server.url.replace('127.0.0.1', 'localhost') })]
    for (const client of [here, elsewhere[0]]) await client?.session.refresh()
    const states = elsewhere.map((client) => client.session.get())
    await here.signOut()
    await server.quiet()
    assert.deepEqual(
      elsewhere.map((client) => client.session.get()),
      states,
    )
  })
})

describe('tabs', () => {
  it('that see different sessions do not talk for ever', async (t) => {
    const { server, tab } = await setScene(t)
    const tabs = ['ada', 'bob', 'cyd'].map((name) => {
      server.instead.set(`GET /${name}/v1/session`, { status: 200, body: viewOf(name) })
      return tab({ url: `${server.url}/${name}`, channelName: 'one for all' })
    })
    for (const client of tabs) await client.session.refresh()
    await tabs[0]?.session.refresh()
    await server.quiet()
    const asked = server.log.length
    await server.quiet()
    assert.equal(server.log.length, asked)
    assert.ok(asked < 16, `${asked} requests`)
  })

  it('work alone where there is no BroadcastChannel', async (t) => {
    const { tab } = await setScene(t)
    const { BroadcastChannel } = globalThis
    t.after(() => Object.assign(globalThis, { BroadcastChannel }))
    for (const absent of [
      undefined,
      class {
        constructor() {
          throw new DOMException('Denied', 'SecurityError')
        }
      },
    ]) {
      Object.assign(globalThis, { BroadcastChannel: absent })
      const client = tab()
      const states = statesOf(client)
      await client.signIn({ identifier: 'ada', password })
      await client.signOut()
      client.close()
      assert.deepEqual(states.map(nameOf).slice(-2), ['ada', 'signed-out'])
    }
  })
})
