import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { z } from 'zod'
import { coatcheck } from '../../src/coatcheck.ts'
import { PASSWORD } from '../support/scene.ts'
import { BROWSERS } from './support/each-browser.ts'
import { openFrontEnd, reload, shown, signIn } from './support/front-end.ts'
import type { TestBrowser } from './support/test-browser.ts'
import { createWorld, NAMES, type World } from './support/world.ts'

const DATA = { schema: { cart: z.array(z.string()) } } as const
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** An API whose sessions are sealed, with a route of the application's own that keeps data of them. */
async function openShop(url: string, frontends: readonly string[], folder: string) {
  const database = join(folder, 'shop.db')
  const auth = await coatcheck({ url, frontends, database, sessions: 'sealed', data: DATA, log: SILENT })
  const cart = auth.protect(async (request) => {
    const data = await auth.data(request)
    if (request.method === 'POST') await data.set('cart', [...((await data.get('cart')) ?? []), await request.text()])
    const headers = data.setCookie === null ? {} : { 'set-cookie': data.setCookie }
    return Response.json((await data.get('cart')) ?? [], { headers })
  })
  return {
    auth,
    answer: (request: Request) => (new URL(request.url).pathname === '/cart' ? cart(request) : auth.fetch(request)),
  }
}

describe('sealed sessions and their data in a real browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-shop-'))
  let world: World
  let shop: Awaited<ReturnType<typeof openShop>>
  before(async () => {
    world = await createWorld(async (request) => {
      const { hostname, pathname } = new URL(request.url)
      return hostname === NAMES.examined && /^\/(?:cart|v1\/.*)$/.test(pathname) ? shop.answer(request) : null
    })
    shop = await openShop(world.origin('examined'), [world.origin('app'), world.origin('other')], folder)
    const body = JSON.stringify({ email: 'ada@example.org', username: 'ada', password: PASSWORD })
    const headers = { 'content-type': 'application/json' }
    const signUp = new Request(`${world.origin('examined')}/v1/sign-up`, { method: 'POST', headers, body })
    assert.equal((await shop.auth.fetch(signUp)).status, 201)
  })
  after(async () => {
    await world?.close()
    await shop?.auth.close()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const kind of BROWSERS) {
    for (const [where, from, name] of [
      ['its own site', 'app', '__Host-Http-session'],
      ['another site', 'other', '__Host-Http-session-x'],
    ] as const) {
      test(`${kind.name}: a page of ${where} has both cookies kept, sent, and removed by a sign-out`, async () => {
        const browser: TestBrowser = await kind.launch(world.authority, 'as installed')
        try {
          const tab = await openFrontEnd(
            browser,
            world.page(world.origin(from), 'front-end.html', world.origin('examined')),
          )
          await signIn(tab, 'ada')
          const ask = (init: string): Promise<unknown> =>
            tab.run(`client.fetch('/cart', ${init}).then((response) => response.json())`)
          assert.deepEqual(await ask('{}'), [])
          for (const item of ['umbrella', 'boots']) await ask(`{ method: 'POST', body: '${item}' }`)
          assert.deepEqual((await browser.cookies(tab)).map((cookie) => cookie.name).toSorted(), [name, `${name}-data`])
          for (const cookie of await browser.cookies(tab)) {
            assert.deepEqual([cookie.httpOnly, cookie.secure, cookie.domain], [true, true, NAMES.examined])
          }
          await reload(tab)
          assert.equal(await shown(tab), 'ada@example.org')
          assert.deepEqual(await ask('{}'), ['umbrella', 'boots'])
          await tab.run('client.signOut()')
          assert.deepEqual(await browser.cookies(tab), [])
          await signIn(tab, 'ada')
          assert.deepEqual(await ask('{}'), [], 'data of another session')
          await tab.close()
        } finally {
          await browser.close()
        }
      })
    }
  }
})
