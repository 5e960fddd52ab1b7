import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getDomain } from 'tldts'
import { findOnPath, installDebianPackage } from '../../../../../tools/debian.ts'
import type { Authority } from './authority.ts'
import { connectBidi, type Bidi } from './bidi.ts'
import {
  endProcess,
  readAddress,
  type StoredCookie,
  type Tab,
  type TestBrowser,
  type ThirdPartyCookies,
  until,
} from './test-browser.ts'

/** Seen to know the `__Host-Http-` prefix of cookies' names; 140 takes it for `__Host-`, and scripts may set such a cookie. */
const OLDEST_VERSION = 153

/**
 * The path of a Firefox that is new enough, installed now if need be.
 *
 * @throws Error one sentence with the command that installs it, where this process may not
 */
export function requireFirefox(): string {
  const find = (): string | null => findOnPath('firefox-esr') ?? findOnPath('firefox')
  const found = find()
  if (found !== null && versionOf(found) >= OLDEST_VERSION) return found
  installDebianPackage(`Firefox ${OLDEST_VERSION} or newer`, 'firefox-esr')
  const installed = find()
  if (installed === null) throw new Error('Firefox was installed, but is not on the PATH.')
  if (versionOf(installed) >= OLDEST_VERSION) return installed
  throw new Error(
    `The tests need Firefox ${OLDEST_VERSION} or newer, and the newest to be had here is ${versionOf(installed)}.`,
  )
}

function versionOf(program: string): number {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', env: { ...process.env, HOME: tmpdir() } })
  return Number(/(\d+)\./.exec(stdout ?? '')?.[1] ?? 0)
}

/** Firefox's names for them (nsICookieService): 0 accepts all, 1 rejects other sites', 2 all, 5 keeps those apart by site. */
const COOKIE_BEHAVIOR = { allowed: 0, blocked: 1, 'phased out': 1, 'as installed': 5, 'none kept': 2 }

function preferences(names: readonly string[], cookies: ThirdPartyCookies): Readonly<Record<string, unknown>> {
  return {
    'network.cookie.cookieBehavior': COOKIE_BEHAVIOR[cookies],
    'network.dns.localDomains': names.join(','),
    // All that is not ours goes to a proxy that is not there: the browser can talk to no one else.
    'network.proxy.type': 1,
    'network.proxy.http': '127.0.0.1',
    'network.proxy.http_port': 9,
    'network.proxy.ssl': '127.0.0.1',
    'network.proxy.ssl_port': 9,
    'network.proxy.no_proxies_on': '.test',
    'app.update.disabledForTesting': true,
    'browser.shell.checkDefaultBrowser': false,
    'browser.startup.page': 0,
    'datareporting.policy.dataSubmissionEnabled': false,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'toolkit.cosmeticAnimations.enabled': false,
    'toolkit.shutdown.fastShutdownStage': 3,
  }
}

/** Starts Firefox, driven by what it speaks itself (WebDriver BiDi). @param program from `findFirefox` */
export async function launchFirefox(
  program: string,
  authority: Authority,
  names: readonly string[],
  cookies: ThirdPartyCookies,
): Promise<TestBrowser> {
  const home = mkdtempSync(join(tmpdir(), 'coatcheck-firefox-'))
  const profile = join(home, 'profile')
  mkdirSync(profile)
  authority.trustIn(profile)
  const lines = Object.entries(preferences(names, cookies)).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  )
  writeFileSync(join(profile, 'user.js'), lines.join(''))
  const child = spawn(program, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'], {
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
    const bidi = await connectBidi(`${await readAddress(child, /BiDi listening on (ws:\S+)/)}/session`)
    const { capabilities } = await bidi.send('session.new', { capabilities: {} })
    return {
      name: 'Firefox',
      version: (capabilities as { browserVersion: string }).browserVersion,
      async open(url) {
        const { context } = await bidi.send('browsingContext.create', { type: 'tab' })
        const tab = new FirefoxTab(bidi, context as string)
        await tab.goto(url)
        return tab
      },
      cookies: (tab) => (tab as FirefoxTab).cookies(),
      async close() {
        bidi.close()
        await end()
      },
    }
  } catch (error) {
    await end()
    throw error
  }
}

function siteOf(host: string): string {
  return getDomain(host) ?? host
}

class FirefoxTab implements Tab {
  readonly #bidi: Bidi
  readonly #context: string

  constructor(bidi: Bidi, context: string) {
    this.#bidi = bidi
    this.#context = context
  }

  async goto(url: string): Promise<void> {
    await this.#bidi.send('browsingContext.navigate', { context: this.#context, url, wait: 'none' })
    // Waiting is ours: Firefox takes a frame that refuses to be one for a failure of the page around it.
    await until(this, `location.href === ${JSON.stringify(url)} && document.readyState === 'complete'`)
  }

  async reload(): Promise<void> {
    await this.#bidi.send('browsingContext.reload', { context: this.#context, wait: 'complete' })
  }

  async activate(): Promise<void> {
    await this.#bidi.send('browsingContext.activate', { context: this.#context })
  }

  run(expression: string): Promise<unknown> {
    return this.#runIn(this.#context, expression)
  }

  async frames(): Promise<readonly string[]> {
    const { contexts } = await this.#bidi.send('browsingContext.getTree', { root: this.#context })
    const [top] = contexts as readonly { readonly children: readonly { readonly context: string }[] }[]
    const show = ({ context }: { readonly context: string }): Promise<string> =>
      this.#runIn(context, 'document.documentElement.textContent').then(String, () => '')
    return Promise.all((top?.children ?? []).map(show))
  }

  async close(): Promise<void> {
    await this.#bidi.send('browsingContext.close', { context: this.#context })
  }

  /** Firefox says for which pages a cookie is kept only when asked for theirs: another site's is listed if kept for them. */
  async cookies(): Promise<readonly StoredCookie[]> {
    const [here, all] = await Promise.all([
      this.#cookiesOf({ type: 'context', context: this.#context }),
      this.#cookiesOf({ type: 'storageKey' }),
    ])
    const url = new URL((await this.run('location.href')) as string)
    const site = siteOf(url.hostname)
    return all.map((cookie) => {
      const isKeptHere = here.some(({ name, domain }) => name === cookie.name && domain === cookie.domain)
      return {
        name: cookie.name,
        domain: cookie.domain,
        path: cookie.path,
        httpOnly: cookie.httpOnly,
        secure: cookie.secure,
        sameSite: cookie.sameSite.charAt(0).toUpperCase() + cookie.sameSite.slice(1),
        partition: isKeptHere && siteOf(cookie.domain) !== site ? `${url.protocol}//${site}` : null,
      }
    })
  }

  async #cookiesOf(partition: object): Promise<readonly Omit<StoredCookie, 'partition'>[]> {
    const { cookies } = await this.#bidi.send('storage.getCookies', { partition })
    return cookies as readonly Omit<StoredCookie, 'partition'>[]
  }

  async #runIn(context: string, expression: string): Promise<unknown> {
    const answer = await this.#bidi.send('script.evaluate', {
      // JSON spares us BiDi's own way of writing values; nothing at all is null in it.
      expression: `(async () => JSON.stringify((await (${expression})) ?? null))()`,
      target: { context },
      awaitPromise: true,
    })
    if (answer['type'] === 'exception') {
      throw new Error((answer['exceptionDetails'] as { readonly text: string }).text)
    }
    return JSON.parse((answer['result'] as { readonly value: string }).value)
  }
}
