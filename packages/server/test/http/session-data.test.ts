import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { z } from 'zod'
import { DataRules } from '../../src/core/session-data/data-rules.ts'
import type { SessionStore } from '../../src/core/session/session-store.ts'
import type { Store } from '../../src/core/store.ts'
import type { StandardSchema } from '../../src/core/session-data/standard-schema.ts'
import { openScene, PASSWORD, STORES, type Scene } from '../support/scene.ts'
import { Visitor } from '../support/visitor.ts'

/** A schema of no library: asynchronous, and what it reads is not what was written. */
const later: StandardSchema<string, Date> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: async (value) => {
      const date = new Date(String(value))
      return Number.isNaN(date.getTime()) ? { issues: [{ message: 'no date' }] } : { value: date }
    },
  },
}

const DATA = {
  schema: {
    cart: z.array(z.strictObject({ sku: z.string().min(1), count: z.int() })),
    locale: z.enum(['de', 'en']),
    notice: z.string(),
    visits: z.int(),
    since: later,
  },
  carryOver: ['cart', 'visits'],
} as const

type Schemas = (typeof DATA)['schema']
const HOUR_MS = 3_600_000

for (const kind of STORES) {
  describe(`session data over ${kind}`, () => {
    let scene: Scene<Schemas>
    before(async () => (scene = await openScene(kind, { data: DATA })))
    after(() => scene.close())

    test('of a visitor who leaves nothing: no session, no cookie', async () => {
      const visitor = new Visitor(scene)
      await visitor.use(async (data) => {
        assert.equal(await data.get('cart'), undefined)
        assert.equal(await data.take('notice'), undefined)
        assert.equal(await data.delete('locale'), false)
        assert.deepEqual(await data.all(), {})
        assert.equal(data.setCookie, null)
      })
      assert.equal(visitor.browser.cookies.size, 0)
    })

    test('begin with the first thing to remember: an anonymous session, one, and nobody is signed in', async () => {
      const visitor = new Visitor(scene)
      const line = await visitor.use(async (data) => {
        await Promise.all([data.set('locale', 'de'), data.increment('visits'), data.set('notice', 'Welcome.')])
        assert.equal(await data.get('locale'), 'de')
        return data.setCookie
      })
      assert.match(
        line ?? '',
        /^__Host-Http-session=[\w-]{64}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      )
      await visitor.use(async (data) => {
        assert.deepEqual(await data.all(), { locale: 'de', notice: 'Welcome.', visits: 1 })
        await data.increment('visits', 2)
        assert.equal(data.setCookie, null, 'the session stays')
      })
      const told = scene.events.length
      assert.deepEqual(await visitor.browser.view(), { user: null, session: null })
      assert.equal(scene.events.length, told, 'a visitor is no refusal')
    })

    test('of a visitor who has not signed in take no place in the memory of checks', async () => {
      const visitor = new Visitor(scene)
      await visitor.use((data) => data.set('locale', 'en'))
      const before = scene.auth.metrics().cachedSessions
      for (let turn = 0; turn < 5; turn += 1) assert.equal((await visitor.browser.view()).user, null)
      assert.equal(scene.auth.metrics().cachedSessions, before)
    })

    test('are what the schema makes of them; what it refuses, and what no key is, is not written', async () => {
      const visitor = new Visitor(scene)
      await visitor.use(async (data) => {
        await data.set('since', '2026-02-17T09:00:00Z')
        assert.deepEqual(await data.get('since'), new Date('2026-02-17T09:00:00Z'))
        await data.set('cart', [{ sku: 'umbrella', count: 1 }])
        for (const [attempt, code, sentence] of [
          [() => data.set('cart', [{ sku: '', count: 1 }]), 'invalid-value', /"cart" refuses this value: 0\.sku: /],
          [() => data.set('since', 'soon'), 'invalid-value', /no date/],
          // @ts-expect-error not one of the two
          [() => data.set('locale', 'fr'), 'invalid-value', /"locale"/],
          // @ts-expect-error no key of the schema
          [() => data.set('other', 1), 'unknown-key', /no key "other"/],
          // @ts-expect-error no key of the schema
          [() => data.get('__proto__'), 'unknown-key', /no key "__proto__"/],
          [() => data.increment('visits', 1.5), 'not-an-integer', /whole numbers/],
          [() => data.set('notice', 'x'.repeat(16_384)), 'value-too-large', /16386 bytes/],
        ] as const) {
          await assert.rejects(attempt, { name: 'SessionDataError', code, message: sentence })
        }
        await data.set('notice', 'text')
        // @ts-expect-error text cannot be counted
        await assert.rejects(data.increment('notice'), { code: 'not-an-integer' })
        assert.deepEqual(await data.get('cart'), [{ sku: 'umbrella', count: 1 }])
      })
    })

    test('that were refused at first start no session', async () => {
      const visitor = new Visitor(scene)
      await visitor.use(async (data) => {
        // @ts-expect-error no text
        await assert.rejects(data.set('notice', 5), { code: 'invalid-value' })
      })
      assert.equal(visitor.browser.cookies.size, 0)
    })

    test('that fit their schema no longer are an error, and what the schema has no more is left out', async () => {
      const visitor = new Visitor(scene)
      await visitor.use((data) => data.set('locale', 'de'))
      const { data: stored } = scene.core.store
      const sessionId = Buffer.from(visitor.browser.token, 'base64url').subarray(0, 16).toString('base64url')
      const now = await scene.clock.now()
      await stored.set({ sessionId, now, idleSince: 0 }, 'locale', '"fr"')
      await stored.set({ sessionId, now, idleSince: 0 }, 'of.yesterday', '1')
      await visitor.use(async (data) => {
        const fitsNot = {
          name: 'SessionDataError',
          code: 'invalid-value',
          message: /"locale" fits its schema no longer/,
        }
        await assert.rejects(data.get('locale'), fitsNot)
        await assert.rejects(data.all(), fitsNot)
        assert.equal(await data.delete('locale'), true)
        assert.deepEqual(await data.all(), {})
      })
    })

    test('that are taken are given once', async () => {
      const visitor = new Visitor(scene)
      await visitor.use((data) => data.set('notice', 'Saved.'))
      const taken = await Promise.all([1, 2, 3, 4].map(() => visitor.use((data) => data.take('notice'))))
      assert.deepEqual(
        taken.filter((notice) => notice !== undefined),
        ['Saved.'],
      )
      assert.equal(await visitor.use((data) => data.take('notice')), undefined)
    })

    test('of a visitor who signs in: the listed keys go along, and the anonymous session ends', async () => {
      for (const way of ['sign-up', 'sign-in'] as const) {
        const visitor = new Visitor(scene)
        const email = `carry-${way}@example.org`
        if (way === 'sign-in') await scene.browser().signUp({ email, password: PASSWORD })
        await visitor.use(async (data) => {
          await data.set('cart', [{ sku: 'umbrella', count: 2 }])
          await data.set('locale', 'de')
          await data.increment('visits', 3)
        })
        const anonymous = visitor.browser.token
        const body = way === 'sign-up' ? { email, password: PASSWORD } : { identifier: email, password: PASSWORD }
        assert.ok((await visitor.browser.post(`/v1/${way}`, body)).ok)
        assert.notEqual(visitor.browser.token, anonymous)
        const kept = await visitor.use((data) => data.all())
        assert.deepEqual(kept, { cart: [{ sku: 'umbrella', count: 2 }], visits: 3 })
        assert.ok(scene.events.some((event) => event.type === 'session.revoked' && event.by === 'sign-in'))

        const thief = new Visitor(scene)
        thief.browser.cookies.set('__Host-Http-session', anonymous)
        assert.deepEqual(await thief.use((data) => data.all()), {}, 'the anonymous session is gone')

        await visitor.browser.signUp({ email: `next-${way}@example.org`, password: PASSWORD })
        assert.deepEqual(await visitor.use((data) => data.all()), {}, 'and nobody inherits from a user')
      }
    })

    test('that a slow handler writes five seconds after it began, and the user has signed out since: refused', async () => {
      const visitor = new Visitor(scene)
      await visitor.browser.signUp({ email: 'slow@example.org', password: PASSWORD })
      const { token } = visitor.browser
      await visitor.use(async (data) => {
        await data.set('visits', 1)
        await scene.clock.advance(5_000)
        assert.equal((await visitor.browser.post('/v1/sign-out')).status, 204)
        const ended = { name: 'SessionDataError', code: 'session-ended', message: /has ended/ }
        await assert.rejects(data.set('notice', 'late'), ended)
        await assert.rejects(data.increment('visits'), ended)
        await assert.rejects(data.delete('visits'), ended)
        await assert.rejects(data.get('visits'), ended)
        await assert.rejects(data.all(), ended)
        assert.equal(data.setCookie, null)
      })
      visitor.browser.cookies.set('__Host-Http-session', token)
      assert.deepEqual(await visitor.browser.view(), { user: null, session: null }, 'nothing came back')
      assert.deepEqual(await visitor.use((data) => data.all()), {})
    })

    test('are read from the store: what another node ended is refused before this one has heard of it', async () => {
      const visitor = new Visitor(scene)
      const { session } = await visitor.browser.signUp({ email: 'elsewhere@example.org', password: PASSWORD })
      await visitor.use(async (data) => {
        // As another node would: this one's memory is not told.
        assert.equal(await scene.store.sessions.revoke(session?.id ?? ''), true)
        await assert.rejects(data.get('cart'), { code: 'session-ended' })
      })
    })

    test('keep an anonymous session that is used; its own time ends it', async () => {
      const visitor = new Visitor(scene)
      await visitor.use((data) => data.set('visits', 1))
      for (let day = 0; day < 20; day += 1) {
        await scene.clock.advance(24 * HOUR_MS)
        assert.equal(await visitor.use((data) => data.increment('visits')), day + 2)
        await scene.core.touches.flush()
      }
      await scene.clock.advance(8 * 24 * HOUR_MS)
      assert.equal(await visitor.use((data) => data.get('visits')), undefined, 'idle for more than a week')
      await visitor.use(async (data) => {
        await data.set('visits', 1)
        assert.notEqual(data.setCookie, null, 'a new one')
        await scene.clock.advance(30 * 24 * HOUR_MS)
        await assert.rejects(data.set('visits', 2), { code: 'session-ended' })
      })
    })

    test('of a request that may not act for its session are out of reach', async () => {
      const visitor = new Visitor(scene)
      await visitor.use((data) => data.set('notice', 'mine'))
      const untouched = async (): Promise<void> => assert.fail('the handler ran')
      const crossSite = { headers: { origin: 'https://evil.example', cookie: visitor.browser.cookieHeader } }
      await assert.rejects(visitor.use(untouched, crossSite), { code: 'origin-not-allowed', message: /evil\.example/ })
      const noOrigin = { headers: { origin: '', 'sec-fetch-site': 'cross-site' } }
      await assert.rejects(visitor.use(untouched, noOrigin), { code: 'origin-not-allowed' })
      const twice = { headers: { cookie: `${visitor.browser.cookieHeader}; ${visitor.browser.cookieHeader}` } }
      await assert.rejects(visitor.use(untouched, twice), { code: 'duplicate-cookie' })
      assert.equal(await visitor.use((data) => data.get('notice')), 'mine')
    })

    test('are the same for all who open them for one request: of a new visitor one session is started', async () => {
      const request = new Request('https://api.example.com/app')
      const [middleware, handler] = [await scene.auth.data(request), await scene.auth.data(request)]
      assert.deepEqual([await middleware.increment('visits'), await handler.increment('visits')], [1, 2])
      assert.equal(middleware.setCookie, handler.setCookie)
    })

    test('that are written by the request that signs in go along too, and its anonymous session ends', async () => {
      const { user } = await scene.browser().signUp({ email: 'checkout@example.org', password: PASSWORD })
      const visitor = new Visitor(scene)
      const request = new Request('https://api.example.com/app')
      const data = await scene.auth.data(request)
      await data.set('cart', [{ sku: 'umbrella', count: 1 }])
      const anonymous = data.setCookie ?? ''
      const started = await scene.auth.sessions.start(request, { id: user?.id ?? '' })
      assert.equal(data.setCookie, null, 'it would take the place of the session that was started')
      for (const attempt of [() => data.set('visits', 1), () => data.get('cart'), () => scene.auth.data(request)]) {
        await assert.rejects(attempt, { code: 'replaced' })
      }
      for (const line of started?.setCookies ?? []) visitor.browser.keep(line)
      assert.deepEqual(await visitor.use((now) => now.all()), { cart: [{ sku: 'umbrella', count: 1 }] })
      visitor.browser.keep(anonymous)
      assert.deepEqual(await visitor.use((now) => now.all()), {}, 'the anonymous session is gone')
    })

    test('start no session while the request signs somebody in: nothing would carry over what is in it', async (t) => {
      const { user } = await scene.browser().signUp({ email: 'in-flight@example.org', password: PASSWORD })
      const request = new Request('https://api.example.com/app')
      const data = await scene.auth.data(request)
      const { sessions } = scene.core.store
      const create = sessions.create.bind(sessions)
      const [reached, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      t.mock.method(sessions, 'create', async (...args: Parameters<typeof create>) => {
        reached.resolve()
        await held.promise
        return create(...args)
      })
      const starting = scene.auth.sessions.start(request, { id: user?.id ?? '' })
      await reached.promise
      const first = data.set('notice', 'late')
      const second = scene.auth.data(request).then((later) => later.increment('visits'))
      await assert.rejects(first, { code: 'replaced' })
      await assert.rejects(second, { code: 'replaced' })
      held.resolve()
      assert.ok(await starting)
      assert.equal(data.setCookie, null)
    })

    test('can be written by a request whose sign-in was refused', async () => {
      const request = new Request('https://api.example.com/app')
      const data = await scene.auth.data(request)
      assert.equal(await scene.auth.sessions.start(request, { id: 'nobody' }), null)
      const failing = scene.auth.sessions.start(request, { id: '' })
      await assert.rejects(failing, { name: 'TypeError' })
      await data.set('notice', 'No such user.')
      assert.notEqual(data.setCookie, null)
    })

    test('that end by the request’s own sign-in say so, while it is under way too', async (t) => {
      const visitor = new Visitor(scene)
      const { user } = await visitor.browser.signUp({ email: 'own@example.org', password: PASSWORD })
      const headers = { origin: 'https://app.example.com', cookie: visitor.browser.cookieHeader }
      const request = new Request('https://api.example.com/app', { method: 'POST', headers })
      const data = await scene.auth.data(request)
      const { sessions } = scene.core.store
      const create = sessions.create.bind(sessions)
      const [created, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      t.mock.method(sessions, 'create', async (...args: Parameters<typeof create>) => {
        const outcome = await create(...args)
        created.resolve()
        await held.promise
        return outcome
      })
      const starting = scene.auth.sessions.start(request, { id: user?.id ?? '' })
      await created.promise
      await assert.rejects(data.set('notice', 'between'), { code: 'replaced' })
      held.resolve()
      assert.ok(await starting)
      await assert.rejects(data.set('notice', 'after'), { code: 'replaced' })
    })

    test('that are asked for again with one request are a use of the session each time', async () => {
      const { browser } = new Visitor(scene)
      const { session } = await browser.signUp({ email: 'socket@example.org', password: PASSWORD })
      const request = new Request('https://api.example.com/app', { headers: { cookie: browser.cookieHeader } })
      for (let day = 0; day < 20; day += 1) {
        await scene.clock.advance(24 * HOUR_MS)
        await (await scene.auth.data(request)).increment('visits')
        await scene.core.touches.flush()
      }
      assert.equal((await browser.view()).session?.id, session?.id)
    })

    test('of who was let in are not a visitor’s when the session ends before they are opened', async () => {
      const { browser } = new Visitor(scene)
      const { session } = await browser.signUp({ email: 'let-in@example.org', password: PASSWORD })
      const headers = { origin: 'https://app.example.com', cookie: browser.cookieHeader }
      const request = new Request('https://api.example.com/app', { method: 'POST', headers })
      assert.ok(await scene.auth.check(request))
      await scene.auth.sessions.revoke(session?.id ?? '')
      await assert.rejects(scene.auth.data(request), { code: 'session-ended' })
    })

    test('that a protected handler writes too late are 401, and nothing in the log', async () => {
      const { browser } = new Visitor(scene)
      await browser.signUp({ email: 'protected@example.org', password: PASSWORD })
      const headers = { origin: 'https://app.example.com', cookie: browser.cookieHeader }
      const late = scene.auth.protect(async (request, { session }) => {
        const data = await scene.auth.data(request)
        await scene.auth.sessions.revoke(session.id)
        await data.set('notice', 'late')
        return new Response('written')
      })
      const response = await late(new Request('https://api.example.com/app', { method: 'POST', headers }))
      assert.equal(response.status, 401)
      assert.deepEqual(scene.failures, [])
    })
  })
}

test('of a session whose user is gone, past the foreign keys, are nobody’s', async () => {
  let isGone = false
  const withoutUser = (sessions: SessionStore): SessionStore =>
    new Proxy(sessions, {
      get(inner, name) {
        const member: unknown = Reflect.get(inner, name)
        if (name !== 'find') return typeof member === 'function' ? member.bind(inner) : member
        return async (...args: Parameters<SessionStore['find']>) => {
          const found = await inner.find(...args)
          return found === null || !isGone ? found : { ...found, user: null }
        }
      },
    })
  const wrapStore = (store: Store): Store => ({ ...store, sessions: withoutUser(store.sessions) })
  const scene = await openScene('sqlite', { data: DATA, wrapStore })
  try {
    const visitor = new Visitor(scene)
    await visitor.browser.signUp({ email: 'gone@example.com', password: PASSWORD })
    await visitor.use((data) => data.set('notice', 'for Gone only'))
    isGone = true
    assert.deepEqual(await visitor.use((data) => data.all()), {})
    isGone = false
    assert.deepEqual(await visitor.use((data) => data.all()), { notice: 'for Gone only' })
  } finally {
    await scene.close()
  }
})

test('a schema that cannot be one stops the start, and names the key', () => {
  const notice = z.string()
  for (const [options, sentence] of [
    [{ schema: { 'a b': notice } }, /"a b" cannot be a key/],
    [{ schema: { ['k'.repeat(65)]: notice } }, /cannot be a key/],
    [{ schema: { '': notice } }, /"" cannot be a key/],
    [{ schema: { ['__proto__']: notice } }, /"__proto__" cannot be a key/],
    [{ schema: { notice }, carryOver: ['cart'] }, /carryOver: "cart" is not among the keys/],
  ] as const) {
    assert.throws(() => new DataRules<Record<string, StandardSchema>>(options), {
      name: 'ConfigurationError',
      message: sentence,
    })
  }
  // @ts-expect-error no schema
  assert.throws(() => new DataRules({ schema: { notice: 'text' } }), { message: /"notice" is no Standard Schema/ })
})
