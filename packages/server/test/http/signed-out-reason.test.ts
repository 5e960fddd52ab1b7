import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SignedOutReason } from '@coatcheck/client/protocol'
import { createCheckHandler } from '../../src/http/check-handler.ts'
import { FrontEnds } from '../../src/http/front-ends.ts'
import type { Browser } from '../support/browser.ts'
import { API, APP, FAR, openScene, PASSWORD, STORES, type Scene } from '../support/scene.ts'

const COOKIE = '__Host-Http-session'
const DAY_MS = 86_400_000

for (const kind of STORES) {
  for (const development of [true, false]) {
    describe(`why nobody is signed in, ${development ? 'in development' : 'in production'}, over ${kind}`, () => {
      let scene: Scene
      before(async () => (scene = await openScene(kind, { development })))
      after(() => scene.close())

      const signedUp = async (name: string): Promise<Browser> => {
        const browser = scene.browser()
        await browser.signUp({ email: `${name}@example.org`, password: PASSWORD })
        return browser
      }

      /** Asks by both ways that lead to the answer: the route, and the short way of checks. */
      const says = async (browser: Browser, reason: SignedOutReason, origin = APP): Promise<void> => {
        const expected = { user: null, session: null, ...(development ? { reason } : {}) }
        const response = await browser.request('/v1/session', { method: 'GET', headers: { origin } })
        assert.deepEqual(await response.json(), expected)
        const check = createCheckHandler(scene.core, new FrontEnds(API, [APP, FAR]), assert.fail, development)
        const headers = new Headers({ origin, cookie: browser.cookieHeader })
        const reply = await check({ method: 'GET', headers }, () => null)
        assert.deepEqual(JSON.parse(reply.body), expected)
      }

      test('no cookie, two, or one that is not ours', async () => {
        const browser = scene.browser()
        await says(browser, 'no-cookie')
        browser.cookies.set(COOKIE, 'A'.repeat(64))
        await says(browser, 'unknown-token')
        browser.cookies.set(` ${COOKIE}`, 'A'.repeat(64))
        await says(browser, 'duplicate-cookie')
      })

      test('an origin that is not on the list, whatever the cookie', async () => {
        await says(scene.browser(), 'origin-not-allowed', 'https://other.example.com')
        await says(scene.browser(), 'origin-not-allowed', 'null')
      })

      test('a session that was signed out, or revoked by another device', async () => {
        const browser = await signedUp('revoked')
        const { token } = browser
        await browser.post('/v1/sign-out')
        browser.cookies.set(COOKIE, token)
        await says(browser, 'revoked')
      })

      test('an account that was disabled', async () => {
        const browser = await signedUp('disabled')
        const id = (await browser.view()).user?.id ?? ''
        const { token } = browser
        await scene.auth.users.disable(id)
        browser.cookies.set(COOKIE, token)
        // Its sessions are ended at once.
        await says(browser, 'revoked')
      })

      test('a session that nobody used for long, and one at its end', async () => {
        const idle = await signedUp('idle')
        const used = await signedUp('used')
        for (let day = 0; day < 8; day += 1) {
          await scene.clock.advance(DAY_MS)
          await used.view()
          await scene.core.touches.flush()
        }
        await says(idle, 'idle')
        assert.notEqual((await used.view()).user, null)
        await scene.clock.advance(30 * DAY_MS)
        await says(used, 'expired')
      })

      test('somebody who is signed in is answered the same as ever', async () => {
        const browser = await signedUp('present')
        assert.deepEqual(Object.keys(await browser.view()), ['user', 'session'])
      })
    })
  }
}
