import { PASSWORD } from '../../support/scene.ts'
import { until, type Tab, type TestBrowser } from './test-browser.ts'

/** Opens a front-end's page, and waits until it knows who is signed in. */
export async function openFrontEnd(browser: TestBrowser, url: string): Promise<Tab> {
  const tab = await browser.open(url)
  await knows(tab)
  return tab
}

/** Signs in by the page's own client. */
export async function signIn(tab: Tab, identifier: string): Promise<void> {
  await tab.run(`client.signIn(${JSON.stringify({ identifier, password: PASSWORD })})`)
  await until(tab, status('signed-in'))
}

/** Loads the page again: all that it knows then is what the server told it. */
export async function reload(tab: Tab): Promise<void> {
  await tab.reload()
  await knows(tab)
}

/** What the page shows: an email, or that nobody is signed in. */
export async function shown(tab: Tab): Promise<string> {
  return String(await tab.run("document.querySelector('output').value"))
}

/** The expression that is true while the page's state is this one. */
export function status(state: 'signed-in' | 'signed-out'): string {
  return `document.documentElement.dataset.session === '${state}'`
}

function knows(tab: Tab): Promise<void> {
  return until(tab, "['signed-in', 'signed-out'].includes(document.documentElement.dataset.session)")
}
