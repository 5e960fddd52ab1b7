import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { addTrade, arrive, launchBrowser, type Person, register, signIn } from './browser.ts'
import { type Running, start } from './scene.ts'
import { answerWith, problemFor } from './stand-in.ts'

const password = 'a coat, a hat and a long scarf'

describe('the trades page', () => {
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

  /** Lets somebody do something on a page of their own, on which nothing may go wrong unseen. */
  const asSomebody = async (act: (person: Person) => Promise<void>): Promise<void> => {
    const person = await arrive(browser, trades.webUrl)
    try {
      await act(person)
      assert.deepEqual(person.troubles, [])
    } finally {
      await person.context.close()
    }
  }

  test('keeps somebody signed in over a reload, until they sign out in another tab', () =>
    asSomebody(async ({ context, page }) => {
      await register(page, 'ada@example.com', password, 'Ada')
      await page.getByText('No trades yet').waitFor()
      await page.reload()
      await page.getByRole('heading', { name: 'Ada’s trades' }).waitFor()
      assert.equal(await page.getByRole('tab').count(), 0, 'nobody is asked to sign in again')

      await addTrade(page, 'aapl', '40', '189.50')
      const row = page.getByRole('row', { name: /AAPL/ })
      await row.waitFor()
      assert.match((await row.textContent()) ?? '', /Buy40\$189\.50\$7,580\.00/)
      assert.equal(await page.evaluate(() => document.cookie), '', 'the page cannot read the session')
      assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0])

      await page.evaluate(() => (document.documentElement.dataset['sameDocument'] = 'yes'))
      const second = await context.newPage()
      await second.goto(trades.webUrl)
      await second.getByRole('row', { name: /AAPL/ }).waitFor()
      await second.getByRole('button', { name: 'Sign out' }).click()
      await second.getByText('You are signed out.').waitFor()

      await page.getByText('You were signed out, in another tab').waitFor()
      assert.equal(await page.locator('html[data-same-document]').count(), 1, 'the first tab was not reloaded')
      assert.equal(await page.getByText('AAPL').count(), 0, 'the trades are gone')
      await page.reload()
      await page.getByRole('tab', { name: 'Sign in' }).waitFor()
    }))

  test('follows a sign-in in another tab', () =>
    asSomebody(async ({ context, page }) => {
      await page.getByRole('tab', { name: 'Sign in' }).waitFor()
      const second = await context.newPage()
      await second.goto(trades.webUrl)
      await register(second, 'tabs@example.com', password)
      await page.getByRole('button', { name: 'Sign out' }).waitFor()
    }))

  test('names a wrong password by its field, and puts the focus there', () =>
    asSomebody(async ({ page }) => {
      await signIn(page, 'ada@example.com', 'not her password at all')
      const alert = page.getByRole('alert').filter({ hasText: 'do not match' })
      await alert.waitFor()
      const field = page.getByLabel('Password', { exact: true }).filter({ visible: true })
      assert.equal(await field.getAttribute('aria-invalid'), 'true')
      assert.equal(await field.getAttribute('aria-describedby'), await alert.getAttribute('id'))
      assert.ok(await field.evaluate((input) => input === document.activeElement))
    }))

  test('names a taken email, and leads to signing in with it', () =>
    asSomebody(async ({ page }) => {
      await page.getByRole('tab', { name: 'Register' }).click()
      await page.getByRole('textbox', { name: 'Email', exact: true }).fill('ADA@example.com')
      await page.getByLabel('Password', { exact: true }).filter({ visible: true }).fill(password)
      await page.getByRole('button', { name: 'Register' }).click()
      await page.getByText('has an account already').waitFor()
      await page.getByRole('button', { name: 'Sign in with this address' }).click()
      assert.equal(await page.getByLabel('Email or username').inputValue(), 'ADA@example.com')
      await page.keyboard.type(password)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Ada’s trades' }).waitFor()
    }))

  test('names what is wrong with a new account, each by its field', () =>
    asSomebody(async ({ page }) => {
      await page.getByRole('tab', { name: 'Register' }).click()
      await page.getByRole('button', { name: 'Register' }).click()
      await page.getByText('Write your email address.').waitFor()
      await page.getByText('Choose a password.').waitFor()
      await page.getByRole('textbox', { name: 'Email', exact: true }).fill('grace')
      await page.getByLabel('Password', { exact: true }).filter({ visible: true }).fill('too short')
      await page.getByRole('button', { name: 'Register' }).click()
      await page.getByText('not an email address').waitFor()
      await page.getByRole('textbox', { name: 'Email', exact: true }).fill('grace@example.com')
      await page.getByRole('button', { name: 'Register' }).click()
      await page.getByText('needs at least 15 characters').waitFor()
    }))

  test('lets somebody sign in by keyboard alone', () =>
    asSomebody(async ({ page }) => {
      await page.getByRole('tab', { name: 'Sign in' }).waitFor()
      await page.keyboard.press('Tab')
      await page.keyboard.press('ArrowRight')
      assert.equal(await page.getByRole('tab', { name: 'Register' }).getAttribute('aria-selected'), 'true')
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('Tab')
      await page.keyboard.type('ada@example.com')
      await page.keyboard.press('Tab')
      await page.keyboard.type(password)
      await page.keyboard.press('Tab')
      await page.keyboard.press('Space')
      assert.equal(await page.getByLabel('Password', { exact: true }).first().inputValue(), password)
      assert.equal(await page.getByLabel('Password', { exact: true }).first().getAttribute('type'), 'text')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      const heading = page.getByRole('heading', { name: 'Ada’s trades' })
      await heading.waitFor()
      assert.ok(await heading.evaluate((one) => one === document.activeElement), 'the focus follows')
    }))

  test('leaves the arrows up and down to scrolling [APG, Tabs]', () =>
    asSomebody(async ({ page }) => {
      const signInTab = page.getByRole('tab', { name: 'Sign in' })
      await signInTab.focus()
      await page.evaluate(() => {
        const note = (event: Event): unknown =>
          (document.documentElement.dataset['taken'] = `${event.defaultPrevented}`)
        window.addEventListener('keydown', note)
      })
      for (const key of ['ArrowDown', 'ArrowUp']) {
        await page.keyboard.press(key)
        assert.equal(await page.locator('html').getAttribute('data-taken'), 'false', key)
        assert.equal(await signInTab.getAttribute('aria-selected'), 'true', key)
      }
      await page.keyboard.press('ArrowLeft')
      assert.equal(await page.locator('html').getAttribute('data-taken'), 'true')
    }))

  test('names the button that shows a password by what is written on it, pressed or not [WCAG 2.5.3]', () =>
    asSomebody(async ({ page }) => {
      const show = page.getByRole('button', { name: 'Show password' }).filter({ visible: true })
      const password = page.getByLabel('Password', { exact: true }).filter({ visible: true })
      for (const [pressed, type] of [
        ['false', 'password'],
        ['true', 'text'],
        ['false', 'password'],
      ] as const) {
        assert.equal(await show.textContent(), 'Show')
        assert.equal(await show.getAttribute('aria-pressed'), pressed)
        assert.equal(await password.getAttribute('type'), type)
        await show.click()
      }
    }))

  test('ties what is wrong with a choice to the choice', () =>
    asSomebody(async ({ page }) => {
      await register(page, 'choice@example.com', password)
      const errors = [{ path: 'side', message: 'Not while the market is closed.' }]
      const refusal = problemFor('invalid-request', trades.webUrl, 400, { errors })
      await answerWith(page, 'POST', '**/trades', refusal)
      await addTrade(page, 'AAPL', '1', '1')
      const side = page.getByRole('radiogroup', { name: 'Side' })
      await side.getByText('Not while the market is closed.').waitFor()
      assert.equal(await side.getAttribute('aria-invalid'), 'true')
      const described = side.locator(`[id="${await side.getAttribute('aria-describedby')}"]`)
      assert.equal(await described.textContent(), 'Not while the market is closed.')
      assert.equal(await page.locator('[id=""]').count(), 0)
      await page.unroute('**/trades')
      await page.getByRole('button', { name: 'Record' }).click()
      await page.getByRole('row', { name: /AAPL/ }).waitFor()
      assert.equal(await side.getAttribute('aria-invalid'), null)
      assert.equal(await side.getAttribute('aria-describedby'), null)
    }))

  test('shows nobody another’s trades', () =>
    asSomebody(async ({ page }) => {
      await register(page, 'eve@example.com', password, 'Eve')
      await page.getByText('No trades yet').waitFor()
      await addTrade(page, 'EVIL', '1', '1')
      await page.getByRole('row', { name: /EVIL/ }).waitFor()
      assert.equal(await page.getByText('AAPL').count(), 0)
      await asSomebody(async ({ page: hers }) => {
        await signIn(hers, 'ada@example.com', password)
        await hers.getByRole('row', { name: /AAPL/ }).waitFor()
        assert.equal(await hers.getByText('EVIL').count(), 0)
      })
    }))

  test('ends the sessions of other devices, which learn of it', () =>
    asSomebody(async ({ page }) => {
      await register(page, 'devices@example.com', password)
      await asSomebody(async ({ page: other }) => {
        await signIn(other, 'devices@example.com', password)
        await other.getByText('this one').waitFor()
        await page.reload()
        await page.getByRole('button', { name: 'End all others' }).click()
        await page.getByText('Only this browser is signed in now.').waitFor()
        await page.getByRole('button', { name: 'End all others' }).waitFor({ state: 'hidden' })
        await addTrade(other, 'LATE', '1', '1')
        await other.getByText('You were signed out, in another tab or from another of your devices.').waitFor()
      })
    }))
})
