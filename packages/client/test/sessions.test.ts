import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DeviceSession } from '../src/index.ts'
import { problem, signedOut, viewOf } from './acting-server.ts'
import { nameOf, password, setScene, statesOf } from './scene.ts'

describe('my sessions', () => {
  it('are listed as the server lists them', async (t) => {
    const { server, tab } = await setScene(t)
    const { session } = viewOf('ada')
    const sessions: DeviceSession[] = [{ ...session, current: true, address: '192.0.2.1', userAgent: 'Test' }]
    server.instead.set('GET /v1/sessions', { status: 200, body: { sessions } })
    assert.deepEqual(await tab().sessions.list(), sessions)
  })

  it('can be ended one by one, and all others at once; neither signs this browser out', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    await client.signIn({ identifier: 'ada', password })
    server.instead.set('DELETE /v1/sessions/session-of-bob', { status: 204 })
    server.instead.set('DELETE /v1/sessions', { status: 204 })
    await client.sessions.end('session-of-bob')
    await client.sessions.endOthers()
    assert.deepEqual(server.log.slice(1), ['DELETE /v1/sessions/session-of-bob', 'DELETE /v1/sessions'])
    assert.equal(nameOf(client.session.get()), 'ada')
  })

  it('include this one: ending it signs out, here and in other tabs', async (t) => {
    const { server, tab } = await setScene(t)
    const [here, there] = [tab(), tab()]
    await here.signIn({ identifier: 'ada', password })
    await there.session.refresh()
    server.instead.set('DELETE /v1/sessions/session-of-ada', () => {
      server.view = signedOut
      return { status: 204 }
    })
    await here.sessions.end('session-of-ada')
    assert.equal(here.session.get().status, 'signed-out')
    await server.quiet()
    assert.equal(there.session.get().status, 'signed-out')
  })

  it('that cannot be ended leave the state', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    await client.signIn({ identifier: 'ada', password })
    const states = statesOf(client)
    server.instead.set('DELETE /v1/sessions/session-of-ada', problem(503, 'store-unavailable'))
    await assert.rejects(client.sessions.end('session-of-ada'), { code: 'store-unavailable' })
    assert.deepEqual(states.map(nameOf), ['ada'])
  })

  it('asked for without being signed in make the state signed-out', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    await client.signIn({ identifier: 'ada', password })
    server.view = signedOut
    await assert.rejects(client.sessions.list(), { code: 'not-signed-in' })
    assert.equal(client.session.get().status, 'signed-out')
  })

  it('are not all ended by an ID that is empty or a path', async (t) => {
    const { server, tab } = await setScene(t)
    for (const id of ['', '.', '..', '../sessions', 'a/b', '%2e', 'a?b']) {
      await assert.rejects(tab().sessions.end(id), TypeError)
    }
    assert.deepEqual(server.log, [])
  })
})
