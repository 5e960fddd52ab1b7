import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { z } from 'zod'
import { coatcheck, ConfigurationError, NoDatabase, SessionsNotListed, type Auth } from '../../src/index.ts'
import { Browser, problemIn } from '../support/browser.ts'
import { API, APP, PASSWORD } from '../support/scene.ts'
import { temporaryFolder } from '../stores/temporary-folder.ts'

const KEY = randomBytes(32).toString('base64')
const ADA = {
  id: 'user-1',
  email: 'Ada@Example.org',
  name: 'Ada Lovelace',
  emailVerified: true,
  createdAt: 1_700_000_000_000,
}
const DATA = { schema: { cart: z.array(z.string()), visits: z.int() }, carryOver: ['cart'] } as const

const told: string[] = []
const log = {
  info: () => undefined,
  warn: (_fields: object, message: string) => void told.push(message),
  error: (_fields: object, message: string) => void told.push(message),
}

/** One node; all share nothing but their key. */
const open = (keys: readonly string[] = [KEY]) =>
  coatcheck({ url: API, frontends: [APP], database: 'none', sessions: 'sealed', keys, data: DATA, log })

describe('without a database', () => {
  let auth: Awaited<ReturnType<typeof open>>
  let other: Auth<typeof DATA.schema>
  before(async () => {
    auth = await open()
    other = await open()
  })
  after(async () => {
    await auth.close()
    await other.close()
  })

  /** A browser whose back-end signs Ada in at `/enter`, and otherwise leaves the request to Coatcheck. */
  const browser = (user: Parameters<typeof auth.sessions.start>[1] = ADA): Browser =>
    new Browser(
      async (request) => {
        if (!request.url.endsWith('/enter')) return other.fetch(request)
        const started = await auth.sessions.start(request, user)
        return started === null
          ? new Response(null, { status: 403 })
          : new Response(null, { status: 204, headers: started.setCookies.map((line) => ['set-cookie', line]) })
      },
      APP,
      API,
    )

  test('the start says what cannot be done', async () => {
    assert.ok(told.length >= 2)
    assert.match(told[0] ?? '', /no database: sessions can be neither ended nor listed/)
  })

  test('a user whom the back-end has recognised is signed in, on every node that has the key', async () => {
    const page = browser()
    assert.equal((await page.post('/enter')).status, 204)
    const view = await page.view()
    assert.deepEqual(view.user, {
      id: 'user-1',
      email: 'Ada@example.org'.toLowerCase(),
      username: null,
      name: 'Ada Lovelace',
      emailVerified: true,
      createdAt: '2023-11-14T22:13:20.000Z',
    })
    assert.deepEqual(view.session?.methods, ['application'])
    const request = new Request(API, { headers: { cookie: page.cookieHeader } })
    for (const node of [auth, other]) {
      for (const fresh of [true, false]) assert.equal((await node.check(request, { fresh }))?.user.id, 'user-1')
    }
    const stranger = await open([randomBytes(32).toString('base64')])
    assert.equal(await stranger.check(request), null)
    await stranger.close()
  })

  test('a sign-out removes the cookie, and says to nobody that a copy were refused', async () => {
    const page = browser()
    await page.post('/enter')
    const copy = page.cookieHeader
    assert.equal((await page.post('/v1/sign-out')).status, 204)
    assert.equal(page.cookies.size, 0)
    assert.equal((await page.view()).user, null)
    assert.ok(await auth.check(new Request(API, { headers: { cookie: copy } })), 'as the guide says')
  })

  test('what needs a database is refused by name, and nothing pretends to have been done', async () => {
    const page = browser()
    const body = { email: 'ada@example.org', password: PASSWORD }
    await problemIn(await page.post('/v1/sign-up', body), 'no-database')
    await problemIn(await page.post('/v1/sign-in', { identifier: body.email, password: PASSWORD }), 'no-database')
    await problemIn(await page.post('/v1/sign-in', { identifier: 'a b', password: 'x' }), 'no-database')
    await problemIn(await page.post('/v1/sign-up', { ...body, password: 'short' }), 'no-database')
    await page.post('/enter')
    await problemIn(await page.get('/v1/sessions'), 'sessions-not-listed')
    await problemIn(await page.delete('/v1/sessions'), 'no-database')
    const { session, user } = await page.view()
    await problemIn(await page.delete(`/v1/sessions/${session?.id}`), 'no-database')
    await assert.rejects(auth.sessions.revoke(session?.id ?? ''), NoDatabase)
    await assert.rejects(auth.sessions.revokeByUser(user?.id ?? ''), NoDatabase)
    await assert.rejects(auth.sessions.listByUser(user?.id ?? ''), SessionsNotListed)
    await assert.rejects(auth.sessions.rotate(new Request(API, { headers: { cookie: page.cookieHeader } })), NoDatabase)
    await assert.rejects(auth.users.find(user?.id ?? ''), NoDatabase)
    await assert.rejects(auth.users.disable(user?.id ?? ''), NoDatabase)
    assert.ok((await page.view()).user, 'still signed in')
    assert.equal((await page.get('/readyz')).status, 200)
  })

  test('session data work as with any sealed session', async () => {
    const page = browser()
    const use = async (work: (data: Awaited<ReturnType<typeof auth.data>>) => Promise<unknown>): Promise<unknown> => {
      const data = await auth.data(new Request(API, { headers: { cookie: page.cookieHeader } }))
      const result = await work(data)
      if (data.setCookie !== null) page.keep(data.setCookie)
      return result
    }
    await use((data) => data.set('cart', ['umbrella']))
    await page.post('/enter')
    await use((data) => data.increment('visits'))
    assert.deepEqual(await use((data) => data.all()), { cart: ['umbrella'], visits: 1 })
  })

  test('a page that is not listed signs nobody in', async () => {
    const request = new Request(`${API}/enter`, { method: 'POST', headers: { origin: 'https://evil.example' } })
    assert.equal(await auth.sessions.start(request, ADA), null)
  })

  test('what is told of a user must be possible, and the error says what is not', async () => {
    const request = new Request(API)
    for (const [user, message] of [
      [{ id: 'user-1' }, /user\.email: "" is not an email address/],
      [{ ...ADA, id: '' }, /user\.id/],
      [{ ...ADA, id: 'x'.repeat(129) }, /user\.id/],
      [{ ...ADA, id: 'half \uD800' }, /user\.id/],
      [{ ...ADA, username: 'a b' }, /user\.username/],
      [{ ...ADA, name: 'x'.repeat(101) }, /user\.name/],
      [{ ...ADA, createdAt: 1.5 }, /user\.createdAt/],
      [{ ...ADA, createdAt: 9e15 }, /user\.createdAt/],
      [{ ...ADA, createdAt: Date.now() * 1_000 }, /user\.createdAt/],
      [{ ...ADA, createdAt: 5n as unknown as number }, /user\.createdAt: 5 /],
      [{ ...ADA, emailVerified: 'no' as unknown as boolean }, /user\.emailVerified/],
    ] as const) {
      await assert.rejects(auth.sessions.start(request, user), { name: 'TypeError', message })
    }
    const largest = {
      ...ADA,
      id: '傘'.repeat(128),
      email: `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example`,
      username: 'u'.repeat(32),
      name: '傘'.repeat(100),
    }
    const started = await auth.sessions.start(request, largest)
    const [line = ''] = started?.setCookies ?? []
    assert.ok(line.length < 4_096)
    const [cookie = ''] = line.split(';')
    assert.equal((await other.check(new Request(API, { headers: { cookie } })))?.user.id, largest.id)
  })

  test('with a database its cookies are nobody’s, nor are those of a database without one', async () => {
    const path = join(temporaryFolder(after), 'users.db')
    const settings = { url: API, frontends: [APP], keys: [KEY], sessions: 'sealed', log } as const
    const kept = await coatcheck({ ...settings, database: path })
    const member = new Browser((request) => kept.fetch(request), APP, API)
    const { user } = await member.signUp({ email: 'ada@example.org', password: PASSWORD })
    const page = browser({ ...ADA, id: user?.id ?? '' })
    await page.post('/enter')
    assert.equal((await page.view()).user?.id, user?.id)
    assert.equal(await kept.check(new Request(API, { headers: { cookie: page.cookieHeader } })), null)
    assert.equal(await auth.check(new Request(API, { headers: { cookie: member.cookieHeader } })), null)
    const started = await kept.sessions.start(new Request(API), { id: user?.id ?? '' })
    assert.equal(started?.user.email, 'ada@example.org')
    await kept.close()
  })

  test('settings that cannot work stop the start', async () => {
    const settings = { url: API, database: 'none', log } as const
    await assert.rejects(
      coatcheck({ ...settings, keys: [KEY] }),
      (failure) => failure instanceof ConfigurationError && /COATCHECK_SESSIONS=sealed/.test(failure.message),
    )
    await assert.rejects(
      coatcheck({ ...settings, sessions: 'sealed' }),
      (failure) => failure instanceof ConfigurationError && /COATCHECK_KEYS \(keys\) is required/.test(failure.message),
    )
  })
})
