import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { z } from 'zod'
import type { SessionData } from '../../src/core/session-data/session-data.ts'
import { openScene, PASSWORD, SEALED_STORES, type Scene } from '../support/scene.ts'
import { Visitor } from '../support/visitor.ts'

const DATA = {
  schema: { cart: z.array(z.string()), locale: z.enum(['de', 'en']), notice: z.string(), visits: z.int() },
  carryOver: ['cart'],
} as const
type Schemas = (typeof DATA)['schema']

const SESSION = '__Host-Http-session'
const COOKIE = '__Host-Http-session-data'
const VISIT = '__Host-Http-session-visit'
const WEEK_MS = 7 * 86_400_000

for (const kind of SEALED_STORES) {
  describe(`session data in a cookie, over ${kind}`, () => {
    let scene: Scene<Schemas>
    before(async () => (scene = await openScene(kind, { data: DATA })))
    after(() => scene.close())

    const signedUp = async (name: string): Promise<Visitor<Schemas>> => {
      const visitor = new Visitor(scene)
      await visitor.browser.signUp({ email: `${name}@example.org`, password: PASSWORD, username: name })
      return visitor
    }
    const signIn = (visitor: Visitor<Schemas>, identifier: string) =>
      visitor.browser.post('/v1/sign-in', { identifier, password: PASSWORD })
    const all = (visitor: Visitor<Schemas>) => visitor.use((data) => data.all())
    const sessionId = async (visitor: Visitor<Schemas>) => (await visitor.browser.view()).session?.id ?? ''

    test('what a request writes the next one reads; who only reads gets no cookie', async () => {
      const visitor = await signedUp('writes')
      await visitor.use(async (data) => {
        assert.deepEqual(await data.all(), {})
        assert.equal(await data.take('notice'), undefined)
        assert.equal(await data.delete('locale'), false)
        assert.equal(data.setCookie, null)
      })
      const { token } = visitor.browser
      const line = await visitor.use(async (data) => {
        await Promise.all([data.set('locale', 'de'), data.increment('visits', 2), data.set('notice', 'Grüße, 傘.')])
        assert.equal(await data.increment('visits'), 3)
        return data.setCookie
      })
      assert.match(
        line ?? '',
        /^__Host-Http-session-data=[\w+/]+=*; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      )
      assert.ok(
        !line?.includes('de'.repeat(2)) && !Buffer.from(line ?? '', 'base64').includes('locale'),
        'it is sealed',
      )
      assert.equal(visitor.browser.cookies.get(SESSION), token, 'the session’s own cookie stays as it is')
      await visitor.use(async (data) => {
        assert.deepEqual(await data.all(), { locale: 'de', visits: 3, notice: 'Grüße, 傘.' })
        assert.equal(await data.take('notice'), 'Grüße, 傘.')
        assert.equal(await data.delete('locale'), true)
      })
      assert.deepEqual(await all(visitor), { visits: 3 })
    })

    test('of a visitor who has not signed in; signing in carries over the listed keys and no others', async () => {
      await signedUp('carried')
      const visitor = new Visitor(scene)
      await visitor.use(async (data) => {
        await data.set('cart', ['umbrella'])
        await data.set('locale', 'en')
      })
      assert.deepEqual([...visitor.browser.cookies.keys()], [VISIT])
      assert.equal((await visitor.browser.view()).user, null)
      assert.deepEqual(await all(visitor), { cart: ['umbrella'], locale: 'en' })
      const kept = visitor.browser.cookies.get(VISIT) ?? ''
      await signIn(visitor, 'carried')
      assert.deepEqual([...visitor.browser.cookies.keys()], [SESSION, COOKIE], 'the visitor’s is removed')
      assert.deepEqual(await all(visitor), { cart: ['umbrella'] })
      visitor.browser.cookies.set(VISIT, kept)
      visitor.browser.cookies.delete(COOKIE)
      assert.deepEqual(await all(visitor), {}, 'only the sign-in carries over')
      await signIn(visitor, 'carried')
      await visitor.use((data) => data.increment('visits'))
      assert.deepEqual(await all(visitor), { visits: 1 }, 'of a visitor, who came with no session')
    })

    test('go with their session: a sign-out removes them, and nobody else finds them in that browser', async () => {
      await signedUp('next')
      const visitor = await signedUp('first')
      await visitor.use((data) => data.set('notice', 'for first only'))
      const kept = visitor.browser.cookies.get(COOKIE) ?? ''
      const response = await visitor.browser.post('/v1/sign-out')
      assert.deepEqual(
        response.headers.getSetCookie().map((line) => line.split(';', 2).join(';')),
        [`${SESSION}=; Max-Age=0`, `${COOKIE}=; Max-Age=0`, `${VISIT}=; Max-Age=0`],
      )
      for (const name of ['next', 'first', null]) {
        if (name !== null) await signIn(visitor, name)
        visitor.browser.cookies.set(COOKIE, kept)
        assert.deepEqual(await all(visitor), {}, name ?? 'nobody')
        await visitor.browser.post('/v1/sign-out')
      }
    })

    test('a handler that is still at work when its session ends is refused, and its answer signs nobody out', async () => {
      await signedUp('other')
      const visitor = await signedUp('slow')
      const codes = await visitor.use(async (data) => {
        await data.set('locale', 'de')
        await scene.auth.sessions.revoke(await sessionId(visitor))
        await signIn(visitor, 'other')
        const attempts = [data.set('locale', 'en'), data.increment('visits'), data.take('locale'), data.get('locale')]
        const settled = await Promise.allSettled(attempts)
        return settled.map((each) => (each.status === 'rejected' ? Object(each.reason).code : each.value))
      })
      assert.deepEqual(codes, Array(4).fill('session-ended'))
      const { user } = await visitor.browser.view()
      assert.equal(user?.username, 'other', 'the late cookie of data has not touched the new session')
      assert.deepEqual(await all(visitor), {})
    })

    test('that a visitor kept are nobody else’s: not of who signs in next, nor of who comes when the session was ended', async () => {
      const ids = [await sessionId(await signedUp('one')), await sessionId(await signedUp('two'))]
      assert.notEqual(ids[0], ids[1])
      const visitor = new Visitor(scene)
      await visitor.use(async (data) => {
        await data.set('cart', ['boots'])
        await data.set('notice', 'unlisted')
      })
      // The first one reads nothing and writes nothing, and is ended from behind.
      await signIn(visitor, 'one')
      await scene.auth.sessions.revoke(await sessionId(visitor))
      assert.deepEqual(await all(visitor), {})
      await signIn(visitor, 'two')
      assert.deepEqual(await all(visitor), {})
    })

    test('of a session are not overwritten by the late answer of a request that came before it', async () => {
      await signedUp('late')
      const visitor = new Visitor(scene)
      await visitor.use(async (data) => {
        await data.set('cart', ['early'])
        await signIn(visitor, 'late')
        await visitor.use((now) => now.increment('visits', 7))
        await data.set('cart', ['late'])
      })
      assert.deepEqual(await all(visitor), { visits: 7 })
    })

    test('of a visitor that a late answer brings back are not the next user’s', async () => {
      for (const name of ['before', 'after']) await signedUp(name)
      for (const end of ['none', 'revoked', 'sign-out'] as const) {
        const visitor = new Visitor(scene)
        await visitor.use(async (data) => {
          await data.set('cart', ['hers'])
          await signIn(visitor, 'before')
          if (end === 'revoked') await scene.auth.sessions.revoke(await sessionId(visitor))
        })
        assert.ok(visitor.browser.cookies.has(VISIT), 'the late answer has brought it')
        if (end === 'sign-out') await visitor.browser.post('/v1/sign-out')
        else assert.deepEqual(await all(visitor), {}, end)
        await signIn(visitor, 'after')
        assert.deepEqual(await all(visitor), {}, end)
        assert.ok(!visitor.browser.cookies.has(VISIT), end)
      }
    })

    test('of a visitor whose browser has the cookie of an ended session are kept, and go to no session', async () => {
      const visitor = await signedUp('cut-off')
      await scene.auth.sessions.revoke(await sessionId(visitor))
      await visitor.use((data) => data.set('cart', ['afterwards']))
      assert.deepEqual(await all(visitor), { cart: ['afterwards'] })
      await signIn(visitor, 'cut-off')
      assert.deepEqual(await all(visitor), {})
    })

    test('of who was let in are not a visitor’s when the session ends before they are opened', async () => {
      const letIn = {
        protect: (work: (request: Request) => Promise<void>) =>
          scene.auth.protect(async (request) => (await work(request), new Response('done'))),
        check: (work: (request: Request) => Promise<void>) => async (request: Request) => {
          assert.ok(await scene.auth.check(request))
          await work(request)
          return new Response('done')
        },
      }
      for (const [how, guard] of Object.entries(letIn)) {
        const visitor = await signedUp(`let-in-${how}`)
        const id = await sessionId(visitor)
        let refused: unknown
        const handler = guard(async (request) => {
          await scene.auth.sessions.revoke(id)
          await assert.rejects(scene.auth.data(request), (error) => {
            refused = error
            return Object(error).code === 'session-ended'
          })
          throw refused
        })
        const headers = { cookie: visitor.browser.cookieHeader, origin: 'https://app.example.com' }
        const answer = handler(new Request('https://api.example.com/', { headers }))
        if (how === 'check') await assert.rejects(answer, { code: 'session-ended' })
        else {
          assert.equal((await answer).status, 401)
          assert.deepEqual((await answer).headers.getSetCookie(), [])
        }
      }
    })

    test('that are written and taken by the request that signs in are carried over as they are then', async () => {
      const { browser: known } = await signedUp('checkout')
      const id = (await known.view()).user?.id ?? ''
      const visitor = new Visitor(scene)
      await visitor.use((data) => data.set('cart', ['old']))
      const requestOf = () =>
        new Request('https://api.example.com/enter', { headers: { cookie: visitor.browser.cookieHeader } })
      const enter = async (work: (data: SessionData<Schemas>) => Promise<void>) => {
        const request = requestOf()
        const data = await scene.auth.data(request)
        await work(data)
        const line = data.setCookie
        const started = await scene.auth.sessions.start(request, { id })
        assert.equal(data.setCookie, null, 'it would take away what the sign-in has carried over')
        await assert.rejects(scene.auth.data(request), { code: 'replaced' })
        // Middleware that took it before.
        for (const each of [...(line === null ? [] : [line]), ...(started?.setCookies ?? [])])
          visitor.browser.keep(each)
      }
      await enter(async (data) => void (await data.take('cart')))
      assert.deepEqual(await all(visitor), {}, 'what was taken does not come back')
      assert.ok(!visitor.browser.cookies.has(VISIT))
      await visitor.browser.post('/v1/sign-out')
      await enter((data) => data.set('cart', ['new']))
      assert.deepEqual(await all(visitor), { cart: ['new'] })
      assert.deepEqual([...visitor.browser.cookies.keys()].toSorted(), [SESSION, COOKIE])
    })

    test('of a request that auth.fetch signs in, or out, end with it', async () => {
      await signedUp('routed')
      const post = (path: string, visitor: Visitor<Schemas>, body: unknown = {}) =>
        new Request(`https://api.example.com${path}`, {
          method: 'POST',
          headers: {
            origin: 'https://app.example.com',
            'content-type': 'application/json',
            cookie: visitor.browser.cookieHeader,
          },
          body: JSON.stringify(body),
        })
      const visitor = new Visitor(scene)
      await visitor.use((data) => data.set('notice', 'there'))
      const entering = post('/v1/sign-in', visitor, { identifier: 'routed', password: PASSWORD })
      const middleware = await scene.auth.data(entering)
      await middleware.set('cart', ['just now'])
      for (const line of (await scene.auth.fetch(entering)).headers.getSetCookie()) visitor.browser.keep(line)
      assert.equal(middleware.setCookie, null)
      await assert.rejects(middleware.set('cart', []), { code: 'replaced' })
      assert.deepEqual(await all(visitor), { cart: ['just now'] })
      const leaving = post('/v1/sign-out', visitor)
      const left = await scene.auth.data(leaving)
      await left.set('cart', ['gone'])
      visitor.browser.keep(left.setCookie ?? '')
      for (const line of (await scene.auth.fetch(leaving)).headers.getSetCookie()) visitor.browser.keep(line)
      assert.equal(left.setCookie, null)
      assert.equal(visitor.browser.cookies.size, 0)
    })

    test('that are written or taken while the request signs somebody in are carried over as they are, or refused', async (t) => {
      const { browser } = await signedUp('in-flight')
      const id = (await browser.view()).user?.id ?? ''
      const visitor = new Visitor(scene)
      await visitor.use((data) => data.set('cart', ['kept']))
      const request = new Request('https://api.example.com/enter', {
        headers: { cookie: visitor.browser.cookieHeader },
      })
      const data = await scene.auth.data(request)
      // The second time that it asks is after it was found that the request is a visitor's still.
      const held = Promise.withResolvers<void>()
      const now = scene.core.clock.now.bind(scene.core.clock)
      let asked = 0
      t.mock.method(scene.core.clock, 'now', async () => {
        asked += 1
        if (asked === 2) await held.promise
        return now()
      })
      const taking = data.take('cart')
      while (asked < 2) await new Promise(setImmediate)
      const started = await scene.auth.sessions.start(request, { id })
      held.resolve()
      await assert.rejects(taking, { code: 'replaced' })
      for (const line of started?.setCookies ?? []) visitor.browser.keep(line)
      assert.deepEqual(await all(visitor), { cart: ['kept'] })
    })

    test('go to the first of two sessions that one request starts', async () => {
      const ids = await Promise.all(
        ['twice-a', 'twice-b'].map(async (name) => (await (await signedUp(name)).browser.view()).user?.id ?? ''),
      )
      const visitor = new Visitor(scene)
      await visitor.use((data) => data.set('cart', ['once']))
      const request = new Request('https://api.example.com/enter', {
        headers: { cookie: visitor.browser.cookieHeader },
      })
      const found = []
      for (const id of ids) {
        const started = await scene.auth.sessions.start(request, { id })
        for (const line of started?.setCookies ?? []) visitor.browser.keep(line)
        found.push(await all(visitor))
      }
      assert.deepEqual(found, [{ cart: ['once'] }, {}])
    })

    test('that a protected handler writes before it throws are kept, as where they are stored', async () => {
      const visitor = await signedUp('throws')
      const headers = { cookie: visitor.browser.cookieHeader, origin: 'https://app.example.com' }
      let kept: Request | null = null
      const handler = scene.auth.protect(async (request) => {
        kept = request
        await (await scene.auth.data(request)).increment('visits')
        throw new Error('on purpose')
      })
      for (const answer of [Response.error(), undefined]) {
        const unusable = scene.auth.protect(async (request) => {
          await (await scene.auth.data(request)).increment('visits')
          return answer as Response
        })
        const response = await unusable(new Request('https://api.example.com/', { headers }))
        assert.equal(response.status, 500)
        assert.ok(response.headers.getSetCookie()[0]?.startsWith(`${COOKIE}=`))
      }
      const response = await handler(new Request('https://api.example.com/', { headers }))
      assert.equal(response.status, 500)
      assert.equal(response.headers.get('cache-control'), 'no-store')
      for (const line of response.headers.getSetCookie()) visitor.browser.keep(line)
      assert.deepEqual(await all(visitor), { visits: 1 })
      const late = await scene.auth.data(kept!)
      await assert.rejects(late.increment('visits'), { code: 'answered' })
      scene.failures.length = 0
    })

    test('are sent once by protected handlers that are within each other', async () => {
      const visitor = await signedUp('nested')
      const count = async (request: Request) => void (await (await scene.auth.data(request)).increment('visits'))
      const inner = scene.auth.protect(async (request) => (await count(request), new Response('inner')))
      const outer = scene.auth.protect(async (request) => {
        await count(request)
        const response = await inner(request)
        await count(request)
        return response
      })
      const headers = { cookie: visitor.browser.cookieHeader, origin: 'https://app.example.com' }
      const lines = (await outer(new Request('https://api.example.com/', { headers }))).headers.getSetCookie()
      assert.equal(lines.length, 1)
      for (const line of lines) visitor.browser.keep(line)
      assert.deepEqual(await all(visitor), { visits: 3 })
    })

    test('can be written by the second of two protected handlers that are tried in turn', async () => {
      const visitor = await signedUp('in-turn')
      const count = scene.auth.protect(async (request) => {
        await (await scene.auth.data(request)).increment('visits')
        return new Response(null)
      })
      const headers = { cookie: visitor.browser.cookieHeader, origin: 'https://app.example.com' }
      const request = new Request('https://api.example.com/', { headers })
      await count(request)
      for (const line of (await count(request)).headers.getSetCookie()) visitor.browser.keep(line)
      assert.deepEqual(await all(visitor), { visits: 2 })
    })

    test('are not in the way of a sign-in when they could not be opened', async (t) => {
      const { browser } = await signedUp('unopened')
      const id = (await browser.view()).user?.id ?? ''
      const headers = { cookie: `${VISIT}=a; ${VISIT}=b` }
      const request = new Request('https://api.example.com/enter', { headers })
      const held = Promise.withResolvers<void>()
      const now = scene.core.clock.now.bind(scene.core.clock)
      // The opening asks first; it fails when the sign-in has come as far as to wait for it.
      t.mock.method(scene.core.clock, 'now', now).mock.mockImplementationOnce(async () => (await held.promise, now()))
      const opening = scene.auth.data(request)
      const failed = assert.rejects(opening, { code: 'duplicate-cookie' })
      await new Promise(setImmediate)
      const { credentials } = scene.core.store
      const found = Promise.withResolvers<void>()
      const findUser = credentials.findUser.bind(credentials)
      t.mock.method(credentials, 'findUser', async (userId: string) => {
        const user = await findUser(userId)
        found.resolve()
        return user
      })
      const started = scene.auth.sessions.start(request, { id })
      await found.promise
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
      held.resolve()
      await failed
      assert.ok(await started)
    })

    test('are the same for all who open them for one request, and end when that request signs somebody in', async () => {
      const { browser } = await signedUp('both')
      const request = new Request('https://api.example.com/', { headers: { cookie: browser.cookieHeader } })
      const [middleware, handler] = [await scene.auth.data(request), await scene.auth.data(request)]
      assert.deepEqual([await middleware.increment('visits'), await handler.increment('visits')], [1, 2])
      assert.equal(middleware.setCookie, handler.setCookie)
      const { user } = await browser.view()
      assert.ok(await scene.auth.sessions.start(request, { id: user?.id ?? '' }))
      await assert.rejects(handler.set('locale', 'de'), { code: 'replaced' })
    })

    test('are sent by auth.protect, whether or not the handler does so', async () => {
      const { browser } = await signedUp('protected')
      let late: SessionData<Schemas> | null = null
      for (const byHand of [false, true]) {
        const handler = scene.auth.protect(async (request) => {
          const data = await scene.auth.data(request)
          await data.increment('visits')
          const headers = new Headers(byHand ? { 'set-cookie': data.setCookie ?? '' } : {})
          headers.set('cache-control', 'public, max-age=3600')
          // Its own line is older now.
          await data.set('notice', 'the last')
          late = data
          return new Response(null, { headers })
        })
        const headers = { cookie: browser.cookieHeader, origin: 'https://app.example.com' }
        const response = await handler(new Request('https://api.example.com/', { headers }))
        const lines = response.headers.getSetCookie()
        assert.equal(lines.length, 1)
        assert.ok(lines[0]?.startsWith(`${COOKIE}=`))
        assert.equal(response.headers.get('cache-control'), 'no-store')
        await assert.rejects(late!.set('notice', 'too late'), { code: 'answered' })
        await assert.rejects(late!.take('notice'), { code: 'answered' })
        assert.equal(await late!.get('notice'), 'the last')
      }
    })

    test('can be taken and deleted from a cookie that is as full as it can be, after a sign-in too', async () => {
      await signedUp('full')
      const visitor = new Visitor(scene)
      await visitor.use(async (data) => {
        for (let length = 2_500; length < 3_200; length += 1) {
          const set = data.set('cart', ['x'.repeat(length)])
          if ((await Promise.allSettled([set]))[0]?.status === 'rejected') break
        }
        assert.ok((data.setCookie?.length ?? 0) > 4_090, `${data.setCookie?.length}`)
      })
      await signIn(visitor, 'full')
      await visitor.use(async (data) => {
        assert.ok(((await data.get('cart'))?.[0]?.length ?? 0) > 2_500)
        assert.equal(await data.take('notice'), undefined)
        assert.equal(await data.delete('cart'), true)
      })
    })

    test('as much of them as fits a visitor’s last seconds fits the session that carries them over', async () => {
      await signedUp('at-the-end')
      const visitor = new Visitor(scene)
      await visitor.use((data) => data.set('locale', 'de'))
      await scene.clock.advance(WEEK_MS - 5_000)
      const filled = await visitor.use(async (data) => {
        let filled = 0
        for (let length = 2_500; length < 3_200; length += 1) {
          const set = data.set('cart', ['x'.repeat(length)])
          if ((await Promise.allSettled([set]))[0]?.status === 'rejected') break
          filled = length
        }
        return filled
      })
      await signIn(visitor, 'at-the-end')
      assert.equal((await visitor.use((data) => data.get('cart')))?.[0]?.length, filled)
    })

    test('are not lost to a handler that outlives the grace of a rotation', async () => {
      const visitor = await signedUp('outlives')
      await visitor.use(async (data) => {
        const request = new Request('https://api.example.com/', { headers: { cookie: visitor.browser.cookieHeader } })
        const rotated = await scene.auth.sessions.rotate(request)
        visitor.browser.keep(rotated?.setCookie ?? '')
        assert.ok((await visitor.browser.view()).user)
        await scene.clock.advance(31_000)
        const told = scene.events.length
        await data.set('locale', 'de')
        assert.equal(scene.events.length, told, 'nothing is told of a refusal')
      })
      assert.deepEqual(await all(visitor), { locale: 'de' })
    })

    test('of a page on another site have cookies of that site’s kind', async () => {
      await signedUp('far')
      const visitor = new Visitor(scene, 'https://far.example.net')
      const line = await visitor.use(async (data) => (await data.set('cart', ['far']), data.setCookie))
      assert.match(line ?? '', /^__Host-Http-session-x-visit=.*; Secure; SameSite=None; Partitioned$/)
      await signIn(visitor, 'far')
      assert.deepEqual(await all(visitor), { cart: ['far'] })
      assert.deepEqual([...visitor.browser.cookies.keys()], ['__Host-Http-session-x', '__Host-Http-session-x-data'])
      await visitor.browser.post('/v1/sign-out')
      assert.equal(visitor.browser.cookies.size, 0)
    })

    test('survive a rotation of the session’s secret, also one that happens meanwhile', async () => {
      const visitor = await signedUp('rotates')
      await visitor.use(async (data) => {
        await data.set('locale', 'de')
        const request = new Request('https://api.example.com/', {
          headers: { cookie: visitor.browser.cookieHeader },
        })
        const rotated = await scene.auth.sessions.rotate(request)
        visitor.browser.keep(rotated?.setCookie ?? '')
        await data.set('notice', 'later')
      })
      assert.equal((await visitor.browser.view()).user?.username, 'rotates')
      assert.deepEqual(await all(visitor), { locale: 'de', notice: 'later' })
    })

    test('more than a browser keeps is an error at writing, and what was there stays', async () => {
      const visitor = await signedUp('large')
      await visitor.use((data) => data.set('notice', 'small'))
      await visitor.use(async (data) => {
        await assert.rejects(data.set('notice', 'x'.repeat(3_200)), {
          name: 'SessionDataError',
          code: 'cookie-too-large',
          message: /"notice": .*4,096 bytes/,
        })
        assert.equal(data.setCookie, null)
        assert.equal(await data.get('notice'), 'small')
        const room = 2_700
        await data.set('notice', 'y'.repeat(room))
        assert.ok((data.setCookie ?? '').length <= 4_096)
        await assert.rejects(data.set('cart', ['z'.repeat(300)]), { code: 'cookie-too-large' })
        assert.equal((await data.get('notice'))?.length, room)
      })
      assert.equal((await visitor.use((data) => data.get('notice')))?.length, 2_700)
    })

    test('what the schema refuses, what is no number, and what is out of range is not written', async () => {
      const visitor = await signedUp('strict')
      await visitor.use(async (data) => {
        await data.set('notice', 'text')
        await data.set('visits', Number.MAX_SAFE_INTEGER)
        // @ts-expect-error text cannot be counted
        await assert.rejects(data.increment('notice'), { code: 'not-an-integer' })
        await assert.rejects(data.increment('visits'), { code: 'out-of-range' })
        // @ts-expect-error not one of the two
        await assert.rejects(data.set('locale', 'fr'), { code: 'invalid-value' })
        assert.deepEqual(await data.all(), { notice: 'text', visits: Number.MAX_SAFE_INTEGER })
      })
    })

    test('end when their session ends, however long a browser keeps the cookie', async () => {
      const visitor = new Visitor(scene)
      await visitor.use((data) => data.set('locale', 'de'))
      await scene.clock.advance(WEEK_MS - 1)
      assert.deepEqual(await all(visitor), { locale: 'de' })
      await scene.clock.advance(1)
      assert.deepEqual(await all(visitor), {})
    })

    test('S1 a cookie that was changed, moved to another name, or came twice is none, or refused', async () => {
      const visitor = await signedUp('forged')
      await visitor.use((data) => data.set('locale', 'de'))
      const genuine = visitor.browser.cookies.get(COOKIE) ?? ''
      const session = visitor.browser.cookies.get(SESSION) ?? ''
      const bytes = Buffer.from(genuine, 'base64')
      const flipped = Array.from({ length: bytes.byteLength }, (_none, at) => {
        const copy = Buffer.from(bytes)
        copy.writeUInt8(copy.readUInt8(at) ^ (1 << (at % 8)), at)
        return copy.toString('base64')
      })
      for (const text of [...flipped, genuine.slice(0, -4), `${genuine}AAAA`, session, '', 'e30=']) {
        visitor.browser.cookies.set(COOKIE, text)
        assert.deepEqual(await all(visitor), {}, text)
      }
      visitor.browser.cookies.set(COOKIE, genuine)
      visitor.browser.cookies.set(SESSION, genuine)
      assert.equal((await visitor.browser.view()).user, null, 'data under the session’s name sign nobody in')
      const twice = { headers: { cookie: `${SESSION}=${session}; ${COOKIE}=${genuine}; ${COOKIE}=${genuine}` } }
      const request = new Request('https://api.example.com/', twice)
      await assert.rejects(scene.auth.data(request), { name: 'SessionDataError', code: 'duplicate-cookie' })
    })

    test('A4 a form on another site writes nothing, for a visitor who has not signed in neither', async () => {
      const visitor = new Visitor(scene)
      await visitor.use((data) => data.set('locale', 'de'))
      for (const headers of [
        { origin: 'https://evil.example', cookie: visitor.browser.cookieHeader },
        { cookie: visitor.browser.cookieHeader },
      ]) {
        const request = new Request('https://api.example.com/app', { method: 'POST', headers })
        await assert.rejects(scene.auth.data(request), { code: 'origin-not-allowed' })
      }
    })
  })
}
