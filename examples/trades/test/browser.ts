import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking']
const more = ['--disable-component-update', '--disable-sync', '--no-first-run']
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Starts the machine's Chromium. @throws Error one sentence, when there is none: a test that cannot run has failed */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['COATCHECK_TEST_CHROMIUM'] ?? '/usr/bin/chromium'
  if (!existsSync(executablePath)) {
    throw new Error(`There is no Chromium at ${executablePath}: install it, or name it by COATCHECK_TEST_CHROMIUM.`)
  }
  return await chromium.launch({ executablePath, args: [...flags, ...more] })
}

/** Somebody with a browser of their own: nothing is shared with another person's. */
export interface Person {
  readonly context: BrowserContext
  readonly page: Page
  /** What went wrong on the page unseen: uncaught errors, and what the Content-Security-Policy stopped. */
  readonly troubles: readonly string[]
}

/** Opens the page for a new person. */
export async function arrive(browser: Browser, url: string): Promise<Person> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  context.setDefaultTimeout(10_000)
  const troubles: string[] = []
  context.on('weberror', (error) => troubles.push(String(error.error())))
  context.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) troubles.push(message.text())
  })
  const page = await context.newPage()
  await page.goto(url)
  return { context, page, troubles }
}

/** Fills in the form for new users, and waits for their own page. */
export async function register(page: Page, email: string, password: string, name?: string): Promise<void> {
  await page.getByRole('tab', { name: 'Register' }).click()
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(email)
  await page.getByLabel('Password', { exact: true }).filter({ visible: true }).fill(password)
  if (name !== undefined) await page.getByRole('textbox', { name: /^Name/ }).fill(name)
  await page.getByRole('button', { name: 'Register' }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

/** Fills in the form of those who have an account, and sends it. */
export async function signIn(page: Page, identifier: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Email or username' }).fill(identifier)
  await page.getByLabel('Password', { exact: true }).filter({ visible: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Fills in the form for a trade, and sends it. */
export async function addTrade(page: Page, symbol: string, quantity: string, price: string): Promise<void> {
  await page.getByLabel('Symbol').fill(symbol)
  await page.getByLabel('Quantity').fill(quantity)
  await page.getByLabel('Price of one').fill(price)
  await page.getByRole('button', { name: 'Record' }).click()
}

/** What the page breaks of WCAG 2.2 A and AA and of axe's best practices, and whether it scrolls sideways. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  // Whatever fades in has its colours by then.
  await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null))))
  await page.evaluate(axe)
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as Axe).axe.run(document, { resultTypes: ['violations'] })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
  })
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
  return isWide ? [...found, 'scrolls sideways'] : found
}

interface Axe {
  readonly axe: {
    run(
      context: Document,
      options: object,
    ): Promise<{ violations: readonly { id: string; nodes: readonly { html: string }[] }[] }>
  }
}
