import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { addTrade, arrive, faultsOf, launchBrowser, register, signIn } from './browser.ts'
import { type Running, start } from './scene.ts'

const password = 'a coat, a hat and a long scarf'
const sizes = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
] as const

describe('every view of the trades page', () => {
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

  /** At phone and desk width, light and dark: nothing that axe finds, and nothing to scroll sideways for. */
  const assertFaultless = async (page: Page, view: string): Promise<void> => {
    for (const size of sizes) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize(size)
        await page.emulateMedia({ colorScheme })
        assert.deepEqual(await faultsOf(page), [], `${view}, ${colorScheme}, ${size.width} px wide`)
      }
    }
  }

  test('is readable, labelled and within the screen, at 360 and 1280 px, light and dark [WCAG 2.2 AA by axe-core]', async () => {
    const { context, page, troubles } = await arrive(browser, trades.webUrl)
    await page.getByRole('tab', { name: 'Sign in' }).waitFor()
    await assertFaultless(page, 'sign in')
    await signIn(page, 'nobody@example.com', 'nobody’s password')
    await page.getByText('do not match').waitFor()
    await assertFaultless(page, 'a wrong password')
    await page.getByRole('tab', { name: 'Register' }).click()
    await page.getByRole('button', { name: 'Register' }).click()
    await assertFaultless(page, 'register, with errors')

    await register(page, 'somebody.with.a.rather.long.address@departments.of.example.com', password)
    await page.getByText('No trades yet').waitFor()
    await assertFaultless(page, 'no trades yet')
    for (const symbol of ['AAPL', 'BRK.B', 'WWWWWWWWWWWW']) {
      await addTrade(page, symbol, '1000000', '1000000.00')
      await page.getByRole('rowheader', { name: symbol }).waitFor()
    }
    await assertFaultless(page, 'trades')
    await addTrade(page, '1', 'x', '1.234')
    await page.getByText('A whole number.').waitFor()
    await assertFaultless(page, 'a trade with errors')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out.').waitFor()
    await assertFaultless(page, 'signed out')

    await page.route('**/v1/session', () => undefined)
    await page.reload({ waitUntil: 'domcontentloaded' })
    await page.getByText('Asking the API').waitFor()
    assert.equal(await page.getByRole('tab').count(), 0, 'nobody is taken for signed out')
    await assertFaultless(page, 'not known yet')
    assert.deepEqual(troubles, [])
    await context.close()
  })

  test('stays where it is while it loads', async () => {
    const { context, page } = await arrive(browser, trades.webUrl)
    await register(page, 'still@example.com', password)
    for (const symbol of ['A', 'B', 'C']) {
      await addTrade(page, symbol, '1', '1')
      await page.getByRole('rowheader', { name: symbol, exact: true }).waitFor()
    }
    // Slowly: what comes at once is there before anything is painted.
    await page.route('**/trades', async (route) => {
      await wait(400)
      await route.continue()
    })
    for (const size of sizes) {
      await page.setViewportSize(size)
      await page.reload()
      await page.getByRole('rowheader', { name: 'C' }).waitFor()
      await page.getByText('this one').waitFor()
      const shift = await page.evaluate(async () => {
        let sum = 0
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value
        })
        observer.observe({ type: 'layout-shift', buffered: true })
        await new Promise((resolve) => void setTimeout(resolve, 200))
        return sum
      })
      assert.ok(shift < 0.01, `cumulative layout shift ${shift} at ${size.width} px`)
    }
    await context.close()
  })
})
