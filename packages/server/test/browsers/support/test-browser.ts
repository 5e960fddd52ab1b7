import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a browser does with cookies of another site than the one in the address bar; or that it keeps none of any site. */
export type ThirdPartyCookies = 'allowed' | 'blocked' | 'phased out' | 'as installed' | 'none kept'

/** A cookie as the browser keeps it. */
export interface StoredCookie {
  readonly name: string
  /** With a dot in front where it is for subdomains too. */
  readonly domain: string
  readonly path: string
  readonly httpOnly: boolean
  readonly secure: boolean
  readonly sameSite: string
  /** The site of the pages it is kept apart for; null: for all. */
  readonly partition: string | null
}

/** A tab. Everything on its page is done by expressions, as text: they run in the page, not here. */
export interface Tab {
  /** Resolves when the page has loaded; a page that the browser refuses to show is an error. */
  goto(url: string): Promise<void>
  reload(): Promise<void>
  /** Brings it to the front, as a click on it would. */
  activate(): Promise<void>
  /** What an expression on the page comes to, or resolves to, as JSON. */
  run(expression: string): Promise<unknown>
  /** What each frame of the page shows, as text. */
  frames(): Promise<readonly string[]>
  close(): Promise<void>
}

/** A real browser with a fresh profile, whose every name leads to this machine. */
export interface TestBrowser {
  readonly name: 'Chromium' | 'Firefox'
  readonly version: string
  open(url: string): Promise<Tab>
  /** All it keeps, whatever page they are kept for. */
  cookies(tab: Tab): Promise<readonly StoredCookie[]>
  close(): Promise<void>
}

/** How long a page may take for anything. */
export const PATIENCE_MS = 10_000

/** Waits until an expression on the page is true. Returns whether it became so in time. */
export async function becomes(tab: Tab, expression: string, patienceMs = PATIENCE_MS): Promise<boolean> {
  const deadline = performance.now() + patienceMs
  // A page on its way to another has nowhere to run anything.
  while ((await tab.run(expression).catch(() => false)) !== true) {
    if (performance.now() > deadline) return false
    await sleep(20)
  }
  return true
}

/** Waits until an expression on the page is true. @throws Error when it does not become so */
export async function until(tab: Tab, expression: string): Promise<void> {
  if (await becomes(tab, expression)) return
  const at = await tab.run('`${location} ${document.documentElement.outerHTML}`').catch(String)
  throw new Error(`Not true after ${PATIENCE_MS / 1_000} s: ${expression}, on ${String(at).slice(0, 2_000)}`)
}

/** The address that a browser says it can be driven at. @throws Error with what it said instead */
export async function readAddress(child: ChildProcess, line: RegExp): Promise<string> {
  let said = ''
  const ended = once(child, 'close').then(() => null)
  const patience = AbortSignal.timeout(30_000)
  const found = new Promise<string>((resolve, reject) => {
    patience.addEventListener('abort', () => reject(new Error(`The browser did not come up in 30 s: ${said}`)))
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
      const address = line.exec(said)?.[1]
      if (address !== undefined) resolve(address)
    })
  })
  const address = await Promise.race([found, ended])
  if (address === null) throw new Error(`The browser ended before it could be driven: ${said}`)
  return address
}

/** Ends a browser, by force when it takes its time, and waits until it is gone. */
export async function endProcess(child: ChildProcess, patienceMs = 5_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  const force = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  child.kill('SIGTERM')
  await ended
  clearTimeout(force)
}
