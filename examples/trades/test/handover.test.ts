import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { addTrade, arrive, launchBrowser, register, signIn } from './browser.ts'
import { type Running, start } from './scene.ts'
import { hold, problemFor } from './stand-in.ts'

const password = 'a coat, a hat and a long scarf'

describe('an answer to one user, which arrives when another has taken their place', () => {
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

  /** Ada asks for something, and is signed out by another tab; its answer arrives when Eve has the page. */
  const whatEveIsTold = async (
    ada: string,
    { method, url, ask, instead }: { method: string; url: string; ask(page: Page): Promise<void>; instead?: string },
  ): Promise<readonly string[]> => {
    const { context, page } = await arrive(browser, trades.webUrl)
    await register(page, ada, password)
    const elsewhere = await arrive(browser, trades.webUrl)
    await signIn(elsewhere.page, ada, password)
    await elsewhere.page.getByText('this one').waitFor()
    await elsewhere.context.close()
    await page.reload()
    await page.getByRole('button', { name: 'End all others' }).waitFor()

    const held = await hold(page, method, url, instead === undefined ? undefined : problemFor(instead, trades.webUrl))
    await ask(page)
    await held.arrived
    const second = await context.newPage()
    await second.goto(trades.webUrl)
    await second.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText(/^You (are|were) signed out/).waitFor()
    const told = await listen(page)
    // A sign-in waits for the sign-out before it, so that one ends first.
    if (url.endsWith('sign-out')) await held.release()
    await register(page, `eve.after.${ada}`, password, 'Eve')
    await held.release()
    await addTrade(page, 'EVES', '1', '1')
    await page.getByRole('row', { name: /EVES/ }).waitFor()
    assert.equal(await page.getByRole('row').count(), 2, 'the heads and her own trade')
    const texts = await told()
    await context.close()
    return texts
  }

  const hersAlone = ['Bought 1 EVES at $1.00.']

  test('does not tell them of a trade', async () => {
    const ask = (page: Page) => addTrade(page, 'SECR', '7', '9')
    assert.deepEqual(await whatEveIsTold('ada1@example.com', { method: 'POST', url: '**/trades', ask }), hersAlone)
  })

  test('does not tell them of a trade that failed', async () => {
    const ask = (page: Page) => addTrade(page, 'SECR', '7', '9')
    const asked = { method: 'POST', url: '**/trades', ask, instead: 'internal-error' }
    assert.deepEqual(await whatEveIsTold('ada2@example.com', asked), hersAlone)
  })

  for (const [index, instead] of [undefined, 'store-unavailable'].entries()) {
    test(`does not tell them of devices that ${instead ? 'could not be' : 'were'} signed out`, async () => {
      const ask = (page: Page) => page.getByRole('button', { name: 'End all others' }).click()
      const asked = { method: 'DELETE', url: '**/v1/sessions', ask, ...(instead && { instead }) }
      assert.deepEqual(await whatEveIsTold(`ada${index + 3}@example.com`, asked), hersAlone)
    })
  }

  test('does not tell them that they are still signed in', async () => {
    const ask = (page: Page) => page.getByRole('button', { name: 'Sign out' }).click()
    const asked = { method: 'POST', url: '**/v1/sign-out', ask, instead: 'busy' }
    assert.deepEqual(await whatEveIsTold('ada5@example.com', asked), hersAlone)
  })
})

/** Notes whatever the bars say from now on. */
async function listen(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const note = (records: readonly MutationRecord[]): void => {
      for (const { target } of records) {
        const text = target.textContent ?? ''
        const { dataset } = document.documentElement
        if (text !== '') dataset['told'] = JSON.stringify([...JSON.parse(dataset['told'] ?? '[]'), text])
      }
    }
    for (const id of ['status', 'trouble']) {
      new MutationObserver(note).observe(document.getElementById(id) ?? document, { childList: true })
    }
  })
  return () => page.evaluate(() => JSON.parse(document.documentElement.dataset['told'] ?? '[]') as readonly string[])
}
