import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Client } from '../src/index.ts'
import { problem, signedOut, until, viewOf } from './acting-server.ts'
import { fetchThatCannotBeAborted, nameOf, password, setScene, statesOf } from './scene.ts'

const fetches = { 'and was aborted': undefined, 'and arrives late': fetchThatCannotBeAborted }

for (const [how, fetch] of Object.entries(fetches)) {
  const options = fetch && { fetch }

  describe(`an answer that was asked for before ${how}`, () => {
    it('cannot undo a sign-out', async (t) => {
      const { server, tab } = await setScene(t)
      const client = tab(options)
      await client.signIn({ identifier: 'ada', password })
      const states = statesOf(client)
      const held = server.hold('GET /v1/session')
      const refreshed = client.session.refresh()
      await held.arrived
      await client.signOut()
      held.release()
      assert.equal((await refreshed).status, 'signed-out')
      await server.quiet()
      assert.deepEqual(states.map(nameOf), ['ada', 'signed-out'])
    })

    it('cannot undo a sign-in', async (t) => {
      const { server, tab } = await setScene(t)
      const client = tab(options)
      const held = server.hold('GET /v1/session')
      const refreshed = client.session.refresh()
      await held.arrived
      await client.signIn({ identifier: 'ada', password })
      const states = statesOf(client)
      held.release()
      assert.equal(nameOf(await refreshed), 'ada')
      await server.quiet()
      assert.deepEqual(states.map(nameOf), ['ada'])
    })

    it("cannot undo another tab's sign-out", async (t) => {
      const { server, tab } = await setScene(t)
      server.view = viewOf('ada')
      const [here, there] = [tab(options), tab(options)]
      await Promise.all([here.session.refresh(), there.session.refresh()])
      const states = statesOf(here)
      const held = server.hold('GET /v1/session')
      const refreshed = here.session.refresh()
      await held.arrived
      await there.signOut()
      await until(() => here.session.get().status === 'signed-out')
      held.release()
      await refreshed
      await server.quiet()
      assert.deepEqual(states.map(nameOf), ['ada', 'signed-out'])
    })

    it("cannot undo another tab's sign-in", async (t) => {
      const { server, tab } = await setScene(t)
      const [here, there] = [tab(options), tab(options)]
      await there.session.refresh()
      const held = server.hold('GET /v1/session')
      const states = statesOf(here)
      await held.arrived
      await there.signIn({ identifier: 'ada', password })
      await server.quiet()
      held.release()
      await until(() => nameOf(here.session.get()) === 'ada')
      assert.deepEqual(states.map(nameOf), ['unknown', 'ada'])
    })

    it("cannot stand against another tab's newer answer", async (t) => {
      const { server, tab } = await setScene(t)
      server.view = viewOf('ada')
      const [here, there] = [tab(options), tab(options)]
      await here.session.refresh()
      const held = server.hold('GET /v1/session')
      const refreshed = here.session.refresh()
      await held.arrived
      server.view = viewOf('bob')
      await there.session.refresh()
      await server.quiet()
      held.release()
      assert.equal(nameOf(await refreshed), 'bob')
    })

    it('is not shown while a sign-in runs', async (t) => {
      const { server, tab } = await setScene(t)
      server.view = viewOf('bob')
      const client = tab(options)
      const question = server.hold('GET /v1/session')
      const states = statesOf(client)
      await question.arrived
      const answer = server.hold('POST /v1/sign-in')
      const signIn = client.signIn({ identifier: 'ada', password })
      await answer.arrived
      question.release()
      await server.quiet()
      assert.deepEqual(states.map(nameOf), ['unknown'])
      answer.release()
      await signIn
      assert.deepEqual(states.map(nameOf), ['unknown', 'ada'])
    })

    it('cannot undo a 401 while nothing else is known', async (t) => {
      const { server, tab } = await setScene(t)
      server.view = viewOf('ada')
      const client = tab(options)
      const held = server.hold('GET /v1/session')
      const states = statesOf(client)
      await held.arrived
      server.view = signedOut
      await client.fetch('/trades')
      held.release()
      await client.session.refresh()
      assert.deepEqual(states.map(nameOf), ['unknown', 'signed-out'])
    })

    it('cannot undo what a 401 has told meanwhile', async (t) => {
      const { server, tab } = await setScene(t)
      const client = tab(options)
      await client.signIn({ identifier: 'ada', password })
      const states = statesOf(client)
      const held = server.hold('GET /v1/session')
      const refreshed = client.session.refresh()
      await held.arrived
      server.view = { user: null, session: null }
      await client.fetch('/trades')
      held.release()
      await refreshed
      assert.deepEqual(states.map(nameOf), ['ada', 'signed-out'])
    })
  })
}

describe('a question', () => {
  it('that comes up during a sign-out is asked after it', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    await client.signIn({ identifier: 'ada', password })
    server.log.length = 0
    const held = server.hold('POST /v1/sign-out')
    const done = client.signOut()
    await held.arrived
    const refreshed = client.session.refresh()
    await server.quiet()
    assert.deepEqual(server.log, ['POST /v1/sign-out'])
    held.release()
    await done
    assert.equal((await refreshed).status, 'signed-out')
    assert.deepEqual(server.log, ['POST /v1/sign-out', 'GET /v1/session'])
  })

  it('that a failed sign-out has interrupted is asked again', async (t) => {
    const { server, tab } = await setScene(t)
    server.view = viewOf('ada')
    const client = tab()
    const held = server.hold('GET /v1/session')
    const refreshed = client.session.refresh()
    await held.arrived
    server.instead.set('POST /v1/sign-out', problem(403, 'origin-not-allowed'))
    await assert.rejects(client.signOut())
    assert.equal(nameOf(await refreshed), 'ada')
  })
})

describe('sign-ins and sign-outs of one tab', () => {
  it('go out one after the other, in the order in which they were begun', async (t) => {
    const { server, tab } = await setScene(t)
    const client = tab()
    const states = statesOf(client)
    const held = server.hold('POST /v1/sign-in')
    const first = client.signIn({ identifier: 'ada', password })
    await held.arrived
    server.instead.set('POST /v1/sign-up', problem(409, 'email-taken'))
    const second = client.signUp({ email: 'bob@example.test', password })
    const third = client.signOut()
    await server.quiet()
    assert.ok(!server.log.includes('POST /v1/sign-out'))
    held.release()
    await first
    await assert.rejects(second, { code: 'email-taken' })
    await third
    assert.deepEqual(
      server.log.filter((route) => route.startsWith('POST')),
      ['POST /v1/sign-in', 'POST /v1/sign-up', 'POST /v1/sign-out'],
    )
    assert.equal(client.session.get().status, 'signed-out')
    assert.deepEqual(states.map(nameOf).slice(-2), ['ada', 'signed-out'])
  })
})

describe('two tabs that change the session at the same time', () => {
  const ready = async (...tabs: Client[]): Promise<void> => {
    for (const client of tabs) await client.session.refresh()
  }

  it('agree with the server when a sign-out overtakes a sign-in', async (t) => {
    const { server, tab } = await setScene(t)
    const [here, there] = [tab(), tab()]
    await ready(here, there)
    const held = server.hold('POST /v1/sign-in')
    const signIn = here.signIn({ identifier: 'ada', password })
    await held.arrived
    await there.signOut()
    await server.quiet()
    const states = statesOf(here)
    held.release()
    await signIn
    await server.quiet()
    assert.deepEqual(states.map(nameOf), ['signed-out'])
    assert.equal(there.session.get().status, 'signed-out')
  })

  it('agree with the server when a sign-out is heard of during a later sign-in', async (t) => {
    const { server, tab } = await setScene(t)
    const [here, there] = [tab(), tab()]
    await ready(here, there)
    const out = server.hold('POST /v1/sign-out')
    const signOut = there.signOut()
    await out.arrived
    const held = server.hold('POST /v1/sign-in')
    const signIn = here.signIn({ identifier: 'ada', password })
    await held.arrived
    out.release()
    await signOut
    await server.quiet()
    held.release()
    await signIn
    assert.equal(nameOf(here.session.get()), 'ada')
    await until(() => nameOf(there.session.get()) === 'ada')
  })

  it('agree with the server when a sign-in overtakes a sign-out', async (t) => {
    const { server, tab } = await setScene(t)
    const [here, there] = [tab(), tab()]
    await ready(here, there)
    const held = server.hold('POST /v1/sign-out')
    const signOut = here.signOut()
    await held.arrived
    await there.signIn({ identifier: 'ada', password })
    held.release()
    await signOut
    await until(() => nameOf(here.session.get()) === 'ada' && nameOf(there.session.get()) === 'ada')
    await server.quiet()
    assert.deepEqual(
      [here, there].map((client) => nameOf(client.session.get())),
      ['ada', 'ada'],
    )
  })
})
