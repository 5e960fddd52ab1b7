import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { requireChromium } from '../../../../../tools/chromium.ts'
import type { Authority } from './authority.ts'
import {
  endProcess,
  PATIENCE_MS,
  readAddress,
  type Tab,
  type TestBrowser,
  type ThirdPartyCookies,
} from './test-browser.ts'

/** Our names lead here, all others nowhere: the browser can talk to no one else. */
const RULES = 'MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1'

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--no-default-browser-check',
  // Else a tab that is not in front may be slowed down to a tick a minute.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  `--host-resolver-rules=${RULES}`,
  '--remote-debugging-port=0',
]

/**
 * Starts Chromium as an installed one is: an ordinary profile, not a private window, and no flags but ours. Playwright's own
 * `launch` would switch off how storage and cookies are divided by site, which is what is tested here.
 *
 * @throws Error one sentence with the command that installs it
 */
export async function launchChromium(authority: Authority, cookies: ThirdPartyCookies): Promise<TestBrowser> {
  const program = requireChromium()
  const home = mkdtempSync(join(tmpdir(), 'coatcheck-chromium-'))
  authority.trustIn(join(home, '.pki', 'nssdb'))
  const profile = join(home, 'profile')
  mkdirSync(join(profile, 'Default'), { recursive: true })
  const content = cookies === 'none kept' ? { default_content_setting_values: { cookies: 2 } } : {}
  const preferences = { profile: { cookie_controls_mode: cookies === 'blocked' ? 1 : 0, ...content } }
  if (cookies !== 'as installed') {
    writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences))
  }
  const flags = cookies === 'phased out' ? [...FLAGS, '--test-third-party-cookie-phaseout'] : FLAGS
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    env: { ...process.env, HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const end = async (): Promise<void> => {
    await endProcess(child)
    process.off('exit', kill)
    rmSync(home, { recursive: true, force: true, maxRetries: 10 })
  }
  try {
    const browser = await chromium.connectOverCDP(await readAddress(child, /DevTools listening on (ws:\S+)/))
    const [context] = browser.contexts()
    if (context === undefined) throw new Error('Chromium has no profile.')
    context.setDefaultTimeout(PATIENCE_MS)
    return {
      name: 'Chromium',
      version: browser.version(),
      async open(url) {
        const page = await context.newPage()
        await page.goto(url)
        return tabOf(page)
      },
      async cookies() {
        const session = await browser.newBrowserCDPSession()
        const { cookies } = await session.send('Storage.getCookies')
        return cookies.map((cookie) => ({
          name: cookie.name,
          domain: cookie.domain,
          path: cookie.path,
          httpOnly: cookie.httpOnly,
          secure: cookie.secure,
          sameSite: cookie.sameSite ?? 'unspecified',
          partition: cookie.partitionKey?.topLevelSite ?? null,
        }))
      },
      async close() {
        await browser.close()
        await end()
      },
    }
  } catch (error) {
    await end()
    throw error
  }
}

function tabOf(page: Page): Tab {
  return {
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    async activate() {
      // Playwright has every page believe that it is in front; then none would be told.
      const session = await page.context().newCDPSession(page)
      await session.send('Emulation.setFocusEmulationEnabled', { enabled: false })
      await page.bringToFront()
    },
    run: (expression) => page.evaluate(expression),
    frames: () =>
      Promise.all(
        page
          .frames()
          .filter((frame) => frame !== page.mainFrame())
          .map((frame) => frame.evaluate<string>('document.documentElement.textContent').catch(() => '')),
      ),
    close: () => page.close(),
  }
}
