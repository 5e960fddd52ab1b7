import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { z } from 'zod'
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
      assert.deepEqual(await all(visitor), { cart: ['umbrella'], visits: 1 })
    })

    test('go with their session: a sign-out removes them, and nobody else finds them in that browser', async () => {
      await signedUp('next')
      const visitor = await signedUp('first')
      await visitor.use((data) => data.set('notice', 'for first only'))
      const kept = visitor.browser.cookies.get(COOKIE) ?? ''
      const response = await visitor.browser.post('/v1/sign-out')
      assert.deepEqual(
        response.headers.getSetCookie().map((line) => line.split(';', 2).join(';')),
        [`${SESSION}=; Max-Age=0`, `${COOKIE}=; Max-Age=0`],
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

    test('are the same for all who open them for one request, and end when that request signs somebody in', async () => {
      const { browser } = await signedUp('both')
      const request = new Request('https://api.example.com/', { headers: { cookie: browser.cookieHeader } })
      const [middleware, handler] = [await scene.auth.data(request), await scene.auth.data(request)]
      assert.deepEqual([await middleware.increment('visits'), await handler.increment('visits')], [1, 2])
      assert.equal(middleware.setCookie, handler.setCookie)
      const { user } = await browser.view()
      assert.ok(await scene.auth.sessions.start(request, { id: user?.id ?? '' }))
      await assert.rejects(handler.set('locale', 'de'), { code: 'session-ended' })
    })

    test('are sent by auth.protect, whether or not the handler does so', async () => {
      const { browser } = await signedUp('protected')
      for (const byHand of [false, true]) {
        const handler = scene.auth.protect(async (request) => {
          const data = await scene.auth.data(request)
          await data.increment('visits')
          return new Response(null, { headers: byHand ? { 'set-cookie': data.setCookie ?? '' } : {} })
        })
        const headers = { cookie: browser.cookieHeader, origin: 'https://app.example.com' }
        const response = await handler(new Request('https://api.example.com/', { headers }))
        const lines = response.headers.getSetCookie()
        assert.equal(lines.length, 1)
        assert.ok(lines[0]?.startsWith(`${COOKIE}=`))
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
