import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { StoreUnavailable } from '../../src/core/errors.ts'
import type { Store } from '../../src/core/store.ts'
import { problemIn } from '../support/browser.ts'
import { API, APP, openScene, PASSWORD, SEALED_STORES, STORES } from '../support/scene.ts'

/** A store in front of the real one that can be cut off, and lets through what is allowed to pass. */
function breakable() {
  const state = { down: false }
  const guard = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(inner, name) {
        const member: unknown = Reflect.get(inner, name)
        if (typeof member !== 'function') return member
        return async (...args: unknown[]): Promise<unknown> => {
          if (state.down) throw new StoreUnavailable('cut off', { outcome: 'unknown' })
          return Reflect.apply(member, inner, args) as Promise<unknown>
        }
      },
    })
  const wrapStore = (store: Store): Store => ({
    sessions: guard(store.sessions),
    data: guard(store.data),
    users: guard(store.users),
    credentials: guard(store.credentials),
    keyMarks: guard(store.keyMarks),
    changes: guard(store.changes),
    readTime: () =>
      state.down ? Promise.reject(new StoreUnavailable('cut off', { outcome: 'nothing-written' })) : store.readTime(),
    requireReady: () =>
      state.down
        ? Promise.reject(new StoreUnavailable('cut off', { outcome: 'nothing-written' }))
        : store.requireReady(),
    close: () => store.close(),
  })
  return { state, wrapStore }
}

for (const kind of [...STORES, ...SEALED_STORES]) {
  describe(`Z: failure modes over ${kind}`, () => {
    test('Z1 with the store away every answer is 503: never signed in, never signed out, no cookie touched', async () => {
      const { state, wrapStore } = breakable()
      const scene = await openScene(kind, { wrapStore })
      const browser = scene.browser()
      await browser.signUp({ email: 'z@example.org', username: 'zed', password: PASSWORD })
      const before = await browser.view()
      const token = browser.token
      state.down = true
      const requests: readonly (() => Promise<Response>)[] = [
        () => browser.get('/v1/session'),
        () => browser.get('/v1/sessions'),
        () => browser.delete('/v1/sessions'),
        () => browser.delete('/v1/sessions/x'),
        () => browser.post('/v1/sign-out'),
        () => browser.post('/v1/sign-in', { identifier: 'zed', password: PASSWORD }),
        () => browser.post('/v1/sign-up', { email: 'new@example.org', password: PASSWORD }),
        () => scene.browser().post('/v1/sign-in', { identifier: 'zed', password: PASSWORD }),
      ]
      for (const send of requests) {
        const response = await send()
        assert.equal(response.headers.getSetCookie().length, 0)
        assert.equal(response.headers.get('access-control-allow-origin'), APP)
        const problem = await problemIn(response, 'store-unavailable')
        assert.ok(!JSON.stringify(problem).includes('cut off'), 'the cause stays in the log')
      }
      assert.equal((await browser.get('/readyz')).status, 503)
      assert.equal((await browser.get('/healthz')).status, 200)
      assert.deepEqual(
        await scene.browser().view(),
        { user: null, session: null },
        'without a cookie there is nothing to ask',
      )

      const request = new Request(`${API}/trades`, { headers: { origin: APP, cookie: browser.cookieHeader } })
      await assert.rejects(scene.auth.check(request), StoreUnavailable)
      const guarded = scene.auth.protect(() => new Response('secret'))
      await problemIn(await guarded(request), 'store-unavailable')

      state.down = false
      assert.equal(browser.token, token)
      assert.deepEqual(await browser.view(), before, 'service resumes, with nobody signed out')
      assert.equal((await browser.get('/readyz')).status, 200)
      assert.equal(
        (await scene.browser().post('/v1/sign-up', { email: 'new@example.org', password: PASSWORD })).status,
        201,
      )
      await scene.close()
    })

    test('a failure that nobody foresaw is 500, says nothing of itself, and is told to the log', async () => {
      const scene = await openScene(kind, {
        wrapStore: (store) => ({
          ...store,
          sessions: new Proxy(store.sessions, {
            get: (inner, name) =>
              name === 'find'
                ? () => Promise.reject(new TypeError('secret detail'))
                : (Reflect.get(inner, name) as unknown),
          }),
        }),
      })
      const browser = scene.browser()
      await browser.signUp({ email: 'bug@example.org', password: PASSWORD })
      const problem = await problemIn(await browser.get('/v1/session'), 'internal-error')
      assert.ok(!JSON.stringify(problem).includes('secret detail'))
      assert.ok(scene.failures.some((failure) => failure instanceof TypeError))
      await scene.close()
    })

    test('L3 a slow handler that outlives a sign-out brings no session back', async () => {
      const scene = await openScene(kind)
      const browser = scene.browser()
      await browser.signUp({ email: 'slow@example.org', password: PASSWORD })
      const { cookieHeader, token } = browser
      const started = Promise.withResolvers<void>()
      const finish = Promise.withResolvers<void>()
      const guarded = scene.auth.protect(async () => {
        started.resolve()
        await finish.promise
        return new Response('done')
      })
      await scene.clock.advance(120_000)
      const slow = guarded(new Request(`${API}/slow`, { headers: { origin: APP, cookie: cookieHeader } }))
      await started.promise
      await browser.post('/v1/sign-out')
      finish.resolve()
      assert.equal((await slow).status, 200)
      await scene.core.touches.flush()
      browser.cookies.set('__Host-Http-session', token)
      assert.equal((await browser.view()).user, null)
      await scene.close()
    })
  })
}
