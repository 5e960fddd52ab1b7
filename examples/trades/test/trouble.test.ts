import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { startWeb } from '../web/start-web.ts'
import { addTrade, arrive, launchBrowser, register, signIn } from './browser.ts'
import { freePort } from '../../../tools/free-port.ts'
import { start, temporaryFolder } from './scene.ts'
import { answerWith, jsonFor, problemFor } from './stand-in.ts'

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

    await answerWith(page, 'POST', '**/v1/sign-in', problemFor('busy', trades.webUrl))
    await signIn(page, 'ada@example.com', password)
    await page.getByText('The server is busy, and nothing was done. Try again in 7 seconds.').waitFor()
    await answerWith(page, 'POST', '**/v1/sign-in', problemFor('store-unavailable', trades.webUrl))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('The server cannot reach its database. Nobody was signed out').waitFor()

    await register(page, 'ada@example.com', password)
    await answerWith(page, 'POST', '**/trades', problemFor('store-unavailable', trades.webUrl))
    await addTrade(page, 'AAPL', '1', '1')
    await page.getByText('The API cannot reach its database. You are still signed in.').waitFor()
    await context.close()
  })

  test('takes back that signing out did not work, once it has', async (t) => {
    const trades = await start('start.ts')
    t.after(() => trades.stop())
    const { context, page } = await arrive(browser, trades.webUrl)
    await register(page, 'ada@example.com', password)
    await answerWith(page, 'POST', '**/v1/sign-out', problemFor('busy', trades.webUrl))
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('Signing out did not work, and you are still signed in.').waitFor()
    await page.unroute('**/v1/sign-out')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out.').waitFor()
    assert.equal(await page.locator('#trouble').textContent(), '')
    await context.close()
  })

  test('says that it made a mistake, and reports it, when the answer is not a list of trades', async (t) => {
    const trades = await start('start.ts')
    t.after(() => trades.stop())
    const { context, page, troubles } = await arrive(browser, trades.webUrl)
    await answerWith(page, 'GET', '**/trades', jsonFor({}, trades.webUrl))
    await register(page, 'ada@example.com', password)
    await page.locator('#trouble').getByText('This page made a mistake. Reload it and try again.').waitFor()
    await page.getByText('Your trades could not be loaded.').waitFor()
    assert.equal(await page.getByText('Loading…').count(), 0)
    assert.equal(troubles.length, 1)
    assert.match(troubles[0] ?? '', /no list of trades/)

    // What is recorded now is not passed off for the whole list.
    await addTrade(page, 'LATE', '1', '1')
    await page.getByText('Bought 1 LATE at $1.00.').waitFor()
    assert.equal(await page.getByText(/^1 trade/).count(), 0)
    await page.unroute('**/trades')
    await addTrade(page, 'LATER', '1', '1')
    await page.getByText(/^2 trades/).waitFor()
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
