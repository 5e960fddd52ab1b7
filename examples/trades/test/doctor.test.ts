import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { arrive, faultsOf, launchBrowser, register } from './browser.ts'
import { type Running, start } from './scene.ts'

const password = 'a coat, a hat and a long scarf'

/** What is broken, where the page is, and what the doctor must say of it. */
const CASES = [
  ['Nothing', 'localhost', /All is well/],
  ['Nothing', '127.0.0.1', /All is well/],
  ['Nothing', 'trades.localhost', /list/i],
  ['The proxy drops Set-Cookie', 'localhost', /Set-Cookie/],
  ['The proxy drops Origin', 'localhost', /By the command.*Origin/s],
  ['The proxy adds CORS headers of its own', 'localhost', /By the command.*changes it/s],
  ['The proxy answers the preflight', 'localhost', /preflight|OPTIONS/i],
  ['The API has moved, and redirects', 'localhost', /By the command.*redirect/is],
  ['The proxy drops Cookie', 'localhost', /Cookie/],
] as const

describe('the panel that breaks things and asks the doctor', () => {
  let trades: Running
  let browser: Browser
  before(async () => {
    trades = await start('start.ts')
    browser = await launchBrowser()
  })
  after(async () => {
    await browser?.close()
    await trades?.stop()
  })

  const askDoctor = async (page: Page): Promise<string> => {
    await page.getByRole('button', { name: 'Ask the doctor' }).click()
    const finding = page.locator('.finding')
    await finding.locator('p', { hasNotText: 'Looking' }).first().waitFor()
    return await finding.innerText()
  }

  for (const [trouble, host, says] of CASES) {
    test(`${trouble}, from ${host}`, async (t) => {
      const { context, page, troubles } = await arrive(browser, trades.webUrl.replace('localhost', host))
      await page.getByLabel(trouble, { exact: true }).check()
      const said = await askDoctor(page)
      t.diagnostic(said.replaceAll('\n', ' '))
      assert.match(said, says)
      // The redirect goes where the page's own policy lets nothing go.
      assert.deepEqual(trouble.includes('redirects') ? [] : troubles, [])
      await context.close()
    })
  }

  test('a page that was moved to another site signs in there and stays signed in', async () => {
    const { context, page } = await arrive(browser, trades.webUrl)
    await page.getByLabel('Nothing', { exact: true }).check()
    await page.getByRole('link', { name: /^127\.0\.0\.1/ }).click()
    await register(page, 'far@example.com', password)
    await page.reload()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    await context.close()
  })

  test('the panel is readable, labelled and within the screen, at 360 and 1280 px, light and dark', async () => {
    const { context, page } = await arrive(browser, trades.webUrl)
    await page.getByLabel('The proxy drops Set-Cookie', { exact: true }).check()
    await askDoctor(page)
    for (const width of [360, 1280]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 800 })
        await page.emulateMedia({ colorScheme })
        assert.deepEqual(await faultsOf(page), [], `${width} px, ${colorScheme}`)
      }
    }
    await page.getByLabel('Nothing', { exact: true }).check()
    await context.close()
  })
})
