import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { rotateSession } from '../../src/core/session/rotate-session.ts'
import { openScene, PASSWORD, SEALED_STORES, STORES, type Scene } from '../support/scene.ts'
import { scenario } from '../support/sealed-exceptions.ts'
import type { Browser } from '../support/browser.ts'

const NAME = '__Host-Http-session'
const SOURCE = { address: null, userAgent: null }

for (const kind of [...STORES, ...SEALED_STORES]) {
  describe(`F: fixation and rotation over ${kind}`, () => {
    let scene: Scene
    before(async () => (scene = await openScene(kind)))
    after(() => scene.close())

    const holding = (token: string): Browser => {
      const browser = scene.browser()
      browser.cookies.set(NAME, token)
      return browser
    }
    const signedUp = async (name: string): Promise<Browser> => {
      const browser = scene.browser()
      await browser.signUp({ email: `${name}@example.org`, username: name, password: PASSWORD })
      return browser
    }

    scenario(
      kind,
      'F1 a session that an attacker planted is not the one the victim signs in to, and is dead',
      async () => {
        const attacker = await signedUp('attacker')
        await signedUp('victim')
        const victim = holding(attacker.token)
        await victim.post('/v1/sign-in', { identifier: 'victim', password: PASSWORD })
        assert.notEqual(victim.token, attacker.token)
        assert.notEqual((await victim.view()).session?.id, undefined)
        assert.equal((await attacker.view()).user, null, 'the planted one ended')
      },
    )

    scenario(kind, 'a session ID that the server did not issue is never adopted', async () => {
      const invented = randomBytes(48).toString('base64url')
      const browser = holding(invented)
      await browser.post('/v1/sign-up', { email: 'adopt@example.org', password: PASSWORD })
      assert.notEqual(browser.token, invented)
      assert.notEqual(browser.token.slice(0, 21), invented.slice(0, 21))
    })

    scenario(
      kind,
      'rotation keeps the session; the previous secret works until the new one is presented, then 30 seconds',
      async () => {
        const browser = await signedUp('rotated')
        const before = await browser.view()
        const rotated = await rotateSession(scene.core, browser.token, SOURCE, undefined, NAME)
        assert.ok(rotated)
        await scene.clock.advance(3_600_000)
        assert.ok((await browser.view()).user, 'the answer was lost: an hour later, the old secret still works')
        const fresh = holding(rotated.token)
        const after = await fresh.view()
        assert.deepEqual(
          [after.user, after.session?.id, after.session?.expiresAt],
          [before.user, before.session?.id, before.session?.expiresAt],
        )
        await scene.clock.advance(29_999)
        assert.ok((await browser.view()).user)
        await scene.clock.advance(1)
        assert.equal((await browser.view()).user, null)
        assert.ok((await fresh.view()).user)
      },
    )

    scenario(kind, 'the grace begins once: presenting the new secret again does not prolong it', async () => {
      const browser = await signedUp('once')
      const rotated = await rotateSession(scene.core, browser.token, SOURCE, undefined, NAME)
      const fresh = holding(rotated?.token ?? '')
      await fresh.view()
      await scene.clock.advance(20_000)
      await fresh.view()
      await scene.clock.advance(10_000)
      assert.equal((await browser.view()).user, null)
    })

    scenario(kind, 'the previous secret keeps the privilege that it had, no more', async () => {
      const browser = await signedUp('privilege')
      const { session } = await browser.view()
      await scene.clock.advance(60_000)
      const now = await scene.clock.now()
      const rotated = await rotateSession(scene.core, browser.token, SOURCE, now, NAME)
      assert.equal((await browser.view()).session?.authenticatedAt, session?.authenticatedAt)
      assert.equal(Date.parse((await holding(rotated?.token ?? '').view()).session?.authenticatedAt ?? ''), now)
    })

    scenario(kind, 'of many rotations at once exactly one wins; a previous secret cannot rotate', async () => {
      const browser = await signedUp('race')
      const results = await Promise.all(
        Array.from({ length: 20 }, () => rotateSession(scene.core, browser.token, SOURCE, undefined, NAME)),
      )
      assert.equal(results.filter((result) => result !== null).length, 1)
      assert.equal(await rotateSession(scene.core, browser.token, SOURCE, undefined, NAME), null)
    })

    scenario(kind, 'L9 a rotation that races a sign-out leaves no live secret of it', async () => {
      for (let round = 0; round < 20; round += 1) {
        const browser = scene.browser()
        await browser.post('/v1/sign-in', { identifier: 'race', password: PASSWORD })
        const token = browser.token
        const [rotated] = await Promise.all([
          rotateSession(scene.core, token, SOURCE, undefined, NAME),
          holding(token).post('/v1/sign-out'),
        ])
        for (const secret of [token, rotated?.token]) {
          if (secret !== undefined) assert.equal((await holding(secret).view()).user, null)
        }
      }
    })

    scenario(kind, 'signing out with the previous secret, in its grace, ends the session', async () => {
      const browser = await signedUp('oldout')
      const rotated = await rotateSession(scene.core, browser.token, SOURCE, undefined, NAME)
      await browser.post('/v1/sign-out')
      assert.equal((await holding(rotated?.token ?? '').view()).user, null)
    })

    scenario(kind, 'back-end code rotates by request, and gets the Set-Cookie to answer with', async () => {
      const browser = await signedUp('backend')
      const request = new Request('https://api.example.com/raise', {
        method: 'POST',
        headers: { origin: 'https://app.example.com', cookie: browser.cookieHeader },
      })
      const rotated = await scene.auth.sessions.rotate(request)
      assert.match(
        rotated?.setCookie ?? '',
        /^__Host-Http-session=[\w+/=-]{64,512}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      )
      assert.equal(await scene.auth.sessions.rotate(request), null)
    })
  })
}

test('F7 an ID that exists is never overwritten: another is drawn', async () => {
  let fixed: Uint8Array[] = []
  const scene = await openScene('sqlite', { random: { bytes: (size) => fixed.shift() ?? randomBytes(size) } })
  const first = scene.browser()
  const view = await first.signUp({ email: 'first@example.org', password: PASSWORD })
  const taken = Buffer.from(view.session?.id ?? '', 'base64url')
  const userId = randomBytes(16)
  fixed = [userId, taken, randomBytes(16), randomBytes(16)]
  const second = scene.browser()
  const other = await second.signUp({ email: 'second@example.org', password: PASSWORD })
  assert.notEqual(other.session?.id, view.session?.id)
  assert.equal((await first.view()).user?.email, 'first@example.org')
  fixed = Array.from({ length: 6 }, (_, index) => (index % 2 === 0 ? taken : randomBytes(16)))
  const third = await scene.browser().post('/v1/sign-in', { identifier: 'first@example.org', password: PASSWORD })
  assert.equal(third.status, 500, 'a random source that only repeats itself is a failure, not a session')
  assert.equal((await first.view()).user?.email, 'first@example.org')
  await scene.close()
})
