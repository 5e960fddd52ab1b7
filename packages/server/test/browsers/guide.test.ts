import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SessionView } from '@coatcheck/client/protocol'
import { bundleExample, importExample } from '../../../client/test/support/guide.ts'
import { PASSWORD } from '../support/scene.ts'
import { BROWSERS } from './support/each-browser.ts'
import { until, type Tab, type TestBrowser } from './support/test-browser.ts'
import { createWorld, type World } from './support/world.ts'

/** Each guide's front-end, as its entry; those that are no example of the guide only put its examples on a page. */
const ENTRIES: Readonly<Record<string, string>> = {
  react: 'main.tsx',
  svelte: 'svelte-main.ts',
  vue: 'vue-main.ts',
  ten: 'ten.tsx',
  hydrate: 'watched-hydrate.ts',
}

const FILES: Readonly<Record<string, string>> = {
  'svelte-main.ts': `
    import { mount } from 'svelte'
    import Account from './Account.svelte'
    mount(Account, { target: document.getElementById('root') })`,
  'vue-main.ts': `
    import { createApp, h } from 'vue'
    import { client } from './client.ts'
    import { useSession } from './use-session.ts'
    const Account = { setup() {
      const session = useSession()
      return () => h('div', session.value.status === 'signed-in'
        ? [session.value.user.email, h('button', { onClick: () => client.signOut() }, 'Sign out')]
        : session.value.status === 'signed-out' ? 'Nobody is signed in.' : 'One moment…')
    } }
    createApp(Account).mount('#root')`,
  // Ten components that mount at once, twice each in StrictMode; one of them late, behind a Suspense boundary.
  'ten.tsx': `
    import { SessionProvider, useSession } from '@coatcheck/client/react'
    import { lazy, StrictMode, Suspense } from 'react'
    import { createRoot } from 'react-dom/client'
    import { client } from './client.ts'
    globalThis.subscribed = 0
    const { subscribe } = client.session
    client.session.subscribe = (listener) => ((globalThis.subscribed += 1), subscribe(listener))
    const One = () => <b>{useSession().status}</b>
    const Late = lazy(() => new Promise((resolve) => setTimeout(resolve, 50, { default: One })))
    createRoot(document.getElementById('root')).render(
      <StrictMode>
        <SessionProvider client={client}>
          {Array.from({ length: 9 }, (_, i) => <One key={i} />)}
          <Suspense fallback={<i />}><Late /></Suspense>
        </SessionProvider>
      </StrictMode>,
    )`,
  // Notes all that the page has shown, and all that React has against it.
  'watched-hydrate.ts': `
    globalThis.complaints = []
    console.error = (...words) => globalThis.complaints.push(words.join(' '))
    globalThis.addEventListener('error', ({ message }) => globalThis.complaints.push(message))
    const root = document.getElementById('root')
    globalThis.shown = [root.textContent]
    new MutationObserver(() => globalThis.shown.push(root.textContent))
      .observe(root, { subtree: true, childList: true, characterData: true })
    await import('./hydrate.tsx')`,
}

const page = (entry: string): Response =>
  html(`<!doctype html><div id="root"></div><script type="module" src="/${entry}.js"></script>`)

const html = (text: string): Response =>
  new Response(text, { headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'private, no-store' } })

describe('the guide’s front-ends in a real browser', () => {
  let world: World
  const scripts = new Map<string, string>()
  let sessionOf: (cookie: string | null) => Promise<SessionView | null>
  let renderPage: (initial: SessionView | null) => string

  const serve = async (request: Request): Promise<Response | null> => {
    const [, name = '', kind] = /^\/(\w+)\.(html|js)$/.exec(new URL(request.url).pathname) ?? []
    if (kind === 'html' && name === 'rendered') return html(renderPage(await sessionOf(request.headers.get('cookie'))))
    if (kind === 'html' && name in ENTRIES) return page(name)
    const script = kind === 'js' ? scripts.get(name) : undefined
    return script === undefined ? null : new Response(script, { headers: { 'content-type': 'text/javascript' } })
  }

  before(async () => {
    world = await createWorld(serve)
    await world.signUp('ada')
    const { api } = world.development
    for (const [name, entry] of Object.entries(ENTRIES)) {
      scripts.set(name, await bundleExample(entry, { platform: 'browser', api, files: FILES }))
    }
    sessionOf = (await importExample('session-of.ts', { api }))['sessionOf'] as typeof sessionOf
    renderPage = (await importExample('page.tsx', { api }))['renderPage'] as typeof renderPage
  })
  after(() => world?.close())

  const asked = (): number =>
    world.asked.filter(({ method, path }) => method === 'GET' && path === '/v1/session').length
  const shows = (tab: Tab, text: string): Promise<void> =>
    until(tab, `document.getElementById('root').textContent.includes(${JSON.stringify(text)})`)
  const clickSignOut = (tab: Tab): Promise<unknown> => tab.run("document.querySelector('button').click()")

  for (const { name, launch } of BROWSERS) {
    describe(name, () => {
      let browser: TestBrowser
      before(async () => {
        browser = await launch(world.authority, 'as installed')
      })
      after(() => browser?.close())

      /** Signs in by a request of a page's own, as one that was opened before. */
      const signIn = async (): Promise<void> => {
        const tab = await browser.open(`${world.development.near}/react.html`)
        const body = JSON.stringify({ identifier: 'ada', password: PASSWORD })
        const init = `{ method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(body)} }`
        assert.equal(
          await tab.run(`fetch('${world.development.api}/v1/sign-in', ${init}).then(({ status }) => status)`),
          200,
        )
        await tab.close()
      }

      for (const framework of ['react', 'svelte', 'vue']) {
        test(`${framework}: shows who is signed in, and a sign-out, in the other tab too`, async () => {
          await signIn()
          const url = `${world.development.near}/${framework}.html`
          const tabs = [await browser.open(url), await browser.open(url)] as const
          for (const tab of tabs) await shows(tab, 'ada@example.org')
          await clickSignOut(tabs[0])
          for (const tab of tabs) {
            await shows(tab, 'Nobody is signed in.')
            await tab.close()
          }
        })
      }

      test('ten components that mount at once, in StrictMode, send one request', async (t) => {
        const before = asked()
        const tab = await browser.open(`${world.development.near}/ten.html`)
        await until(
          tab,
          "[...document.querySelectorAll('b')].filter((b) => b.textContent === 'signed-out').length === 10",
        )
        // StrictMode has each subscribe, leave and subscribe again; without it this test would show less.
        assert.equal(await tab.run('subscribed'), 20)
        t.diagnostic(`${name} ${browser.version}: ${asked() - before} request by 10 components mounting at once`)
        assert.equal(asked() - before, 1)
        await tab.close()
      })

      test('a page that was rendered by forwarding the cookie is hydrated as it is, and then alive', async () => {
        await signIn()
        const tab = await browser.open(`${world.development.near}/rendered.html`)
        await until(tab, "Object.keys(document.querySelector('button') ?? {}).some((key) => key.startsWith('__react'))")
        assert.deepEqual(await tab.run('shown'), ['ada@example.org Sign out'], 'nothing else was shown on the way')
        assert.deepEqual(await tab.run('complaints'), [])
        await clickSignOut(tab)
        await shows(tab, 'Nobody is signed in.')
        await tab.reload()
        await shows(tab, 'Nobody is signed in.')
        assert.deepEqual(await tab.run('[shown[0], complaints]'), ['One moment…', []])
        await tab.close()
      })

      test('a page whose session ended between rendering and hydration says so, without a complaint of React’s', async () => {
        await signIn()
        // The page as it was rendered for Ada, shown to a browser in which nobody is signed in any more.
        const tab = await browser.open(`${world.development.near}/react.html`)
        await shows(tab, 'ada@example.org')
        const rendered = await tab.run(`fetch('/rendered.html').then((response) => response.text())`)
        await clickSignOut(tab)
        await shows(tab, 'Nobody is signed in.')
        const render = renderPage
        renderPage = () => String(rendered)
        try {
          await tab.goto(`${world.development.near}/rendered.html`)
          await shows(tab, 'Nobody is signed in.')
          assert.deepEqual(await tab.run('[shown[0], complaints]'), ['ada@example.org Sign out', []])
        } finally {
          renderPage = render
        }
        await tab.close()
      })
    })
  }
})
