import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startWeb } from '../web/start-web.ts'
import { addTrade, arrive, launchBrowser, register, signIn } from './browser.ts'
import { freePort, start, temporaryFolder } from './scene.ts'

const password = 'a coat, a hat and a long scarf'

describe('the trades page in trouble', () => {
  let browser: Browser
  before(async () => {
    browser = await launchBrowser()
  })
  after(() => browser?.close())

  test('says that the API is away, stays signed in, and recovers', async (t) => {
    const dataFolder = temporaryFolder()
    const webPort = await freePort()
    const first = await start('api/src/main.ts', { webPort, dataFolder })
    const web = await startWeb({ apiUrl: first.apiUrl, webPort, dataFolder })
    t.after(() => web.close())
    const { context, page } = await arrive(browser, first.webUrl)
    await register(page, 'ada@example.com', password, 'Ada')
    await addTrade(page, 'AAPL', '1', '1')
    await page.getByRole('row', { name: /AAPL/ }).waitFor()

    assert.equal(await first.stop(), 0)
    await addTrade(page, 'MSFT', '2', '2')
    await page.getByText('look at the list before you try again').waitFor()
    await page.getByText('You are still signed in. This page keeps trying.').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('Signing out did not work, and you are still signed in.').waitFor()
    assert.equal(await page.getByRole('row', { name: /AAPL/ }).count(), 1, 'what was there stays')
    assert.equal(await page.getByRole('tab').count(), 0, 'not to be reached is not to be signed out')

    const second = await start('api/src/main.ts', { port: first.port, webPort, dataFolder })
    t.after(() => second.stop())
    await page.locator('#trouble').filter({ hasNotText: /./ }).waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Record' }).click()
    await page.getByRole('row', { name: /MSFT/ }).waitFor()
    await context.close()
  })

  test('does not take a page without an answer for one without a user', async (t) => {
    const dataFolder = temporaryFolder()
    const [port, webPort] = [await freePort(), await freePort()]
    const web = await startWeb({ apiUrl: `http://localhost:${port}`, webPort, dataFolder })
    t.after(() => web.close())
    const { context, page } = await arrive(browser, `http://localhost:${webPort}`)
    await page.getByText('Whether you are signed in is not known yet.').waitFor()
    assert.equal(await page.getByRole('tab').count(), 0)
    const api = await start('api/src/main.ts', { port, webPort, dataFolder })
    t.after(() => api.stop())
    await page.getByRole('tab', { name: 'Sign in' }).waitFor()
    await context.close()
  })

  test('says when the server is busy or has no database, and that nobody was signed out', async (t) => {
    const trades = await start('start.ts')
    t.after(() => trades.stop())
    const { context, page } = await arrive(browser, trades.webUrl)
    await page.getByRole('tab', { name: 'Sign in' }).waitFor()

    await answerWith(page, '**/v1/sign-in', 'busy', trades.webUrl)
    await signIn(page, 'ada@example.com', password)
    await page.getByText('The server is busy, and nothing was done. Try again in 7 seconds.').waitFor()
    await answerWith(page, '**/v1/sign-in', 'store-unavailable', trades.webUrl)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('The server cannot reach its database. Nobody was signed out').waitFor()

    await register(page, 'ada@example.com', password)
    await answerWith(page, '**/trades', 'store-unavailable', trades.webUrl)
    await addTrade(page, 'AAPL', '1', '1')
    await page.getByText('The API cannot reach its database. You are still signed in.').waitFor()
    await context.close()
  })

  test('learns that the session has ended, without a reload', async (t) => {
    const trades = await start('start.ts', { sessionSeconds: 6 })
    t.after(() => trades.stop())
    const { context, page } = await arrive(browser, trades.webUrl)
    await register(page, 'ada@example.com', password)
    await page.getByText('Your session has ended. Sign in to go on.').waitFor({ timeout: 15_000 })
    assert.equal(await page.getByRole('button', { name: 'Sign out' }).count(), 0)
    await context.close()
  })
})

/** What a server in trouble answers, given in its place: a real one gets there only by accident. */
async function answerWith(page: Page, url: string, code: string, origin: string): Promise<void> {
  await page.unroute(url)
  await page.route(url, async (route) => {
    if (route.request().method() === 'OPTIONS') return route.fallback()
    await route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      headers: {
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': 'Retry-After',
        ...(code === 'busy' ? { 'retry-after': '7' } : {}),
      },
      body: JSON.stringify({ type: `/problems/${code}`, title: 'Trouble', status: 503, code }),
    })
  })
}
