import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, describe, it } from 'node:test'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { get } from 'svelte/store'
import { startServer, type ServerProcess } from '../../server/test/support/server-process.ts'
import type { SessionView } from '../src/index.ts'
import { ActingServer, viewOf } from './acting-server.ts'
import { nameOf, password, setScene } from './scene.ts'
import { guideExamples, importExample } from './support/guide.ts'

type SessionOf = (cookie: string | null | undefined) => Promise<SessionView | null>
type RenderPage = (initial: SessionView | null) => string

/** Servers' pages that use the guide's examples. */
const files = {
  'svelte-page.ts': `
    import { render } from 'svelte/server'
    import Account from './Account.svelte'
    export const page = () => render(Account).body`,
  'vue-page.ts': `
    import { createSSRApp, h } from 'vue'
    import { renderToString } from 'vue/server-renderer'
    import { useSession } from './use-session.ts'
    const Page = { setup: () => { const session = useSession(); return () => h('b', session.value.status) } }
    export const page = () => renderToString(createSSRApp(Page))`,
}

it('the guide has the examples that the tests run', () => {
  const names = ['client.ts', 'account.tsx', 'main.tsx', 'Account.svelte', 'use-session.ts', 'session-of.ts']
  assert.deepEqual([...guideExamples().keys()], [...names, 'page.tsx', 'hydrate.tsx'])
})

describe('a page that is rendered by forwarding the cookie to a real server', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'coatcheck-guide-'))
  let api: ServerProcess
  /** A front-end's own server, as the guide builds it. */
  const pages = createServer((request, response) => {
    const send = async (): Promise<void> => {
      const html = renderPage(await sessionOf(request.headers.cookie))
      response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'private, no-store' }).end(html)
    }
    send().catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  let sessionOf: SessionOf
  let renderPage: RenderPage
  let url: string

  before(async () => {
    api = await startServer({ COATCHECK_DATABASE: path.join(folder, 'guide.db') })
    pages.listen(0, '127.0.0.1')
    await once(pages, 'listening')
    url = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
    sessionOf = (await importExample('session-of.ts', { api: api.url }))['sessionOf'] as SessionOf
    renderPage = (await importExample('page.tsx', { api: api.url }))['renderPage'] as RenderPage
  })
  after(async () => {
    pages.close()
    await api.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Registers somebody. Returns the cookie that a browser would send. */
  const signUp = async (name: string, { url } = api, origin = url): Promise<string> => {
    const body = JSON.stringify({ email: `${name}@example.org`, password, name })
    const headers = { 'content-type': 'application/json', origin }
    const response = await fetch(`${url}/v1/sign-up`, { method: 'POST', headers, body })
    assert.equal(response.status, 201)
    return response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  }
  const pageFor = async (cookie: string): Promise<string> => (await fetch(url, { headers: { cookie } })).text()

  it('shows who is signed in, whatever other cookies there are, and each their own at the same time', async () => {
    const cookies = await Promise.all(['ada', 'bob'].map((name) => signUp(name)))
    const requests = Array.from({ length: 20 }, (_, i) => pageFor(`theme=dark; ${cookies[i % 2]}; other=1`))
    const shown = (await Promise.all(requests)).map((html) => /<p>(.*?)@/.exec(html)?.[1])
    assert.deepEqual(
      shown,
      requests.map((_, i) => ['ada', 'bob'][i % 2]),
    )
  })

  it('shows nobody once the session has ended', async () => {
    const cookie = await signUp('cyd')
    assert.match(await pageFor(cookie), /cyd@example\.org/)
    const headers = { cookie, origin: api.url }
    assert.equal((await fetch(`${api.url}/v1/sign-out`, { method: 'POST', headers })).status, 204)
    assert.match(await pageFor(cookie), /Nobody is signed in/)
  })

  it('may ask at an internal address, whatever URL the browsers know', async (t) => {
    const url = 'https://example.test'
    const inside = await startServer({ COATCHECK_DATABASE: path.join(folder, 'inside.db'), COATCHECK_URL: url })
    t.after(() => inside.stop())
    const cookie = await signUp('dan', inside, url)
    assert.match(cookie, /^__Host-Http-session=/)
    const ask = (await importExample('session-of.ts', { api: inside.url }))['sessionOf'] as SessionOf
    assert.equal((await ask(cookie))?.user?.email, 'dan@example.org')
  })

  it('shows that it does not know, where there is no cookie of ours: nobody is asked', async () => {
    assert.match(await pageFor('theme=dark'), /One moment/)
  })

  it('cannot be left by what a user calls themselves', () => {
    const ada = viewOf('</script><script>alert(1)</script>')
    assert.equal(renderPage(ada).split('</script>').length, 3)
  })
})

describe('the guide’s question to the API', () => {
  it('carries our cookie alone, twice if it came twice, and no Origin', async () => {
    await using server = await ActingServer.start()
    server.view = viewOf('ada')
    const { sessionOf } = (await importExample('session-of.ts', { api: server.url })) as { sessionOf: SessionOf }
    const ours = ['__Host-Http-session=a', 'coatcheck-4000=b', 'coatcheck-4000=c']
    const others = ['theme=dark', 'x__Host-Http-session=d', '=__Host-Http-session=e', '__Host-Http-session-x=f', '']
    assert.deepEqual(await sessionOf([...others, ...ours].join('; ')), server.view)
    const headers = server.received.get('GET /v1/session')?.headers
    assert.equal(headers?.cookie, ours.join('; '))
    assert.equal(headers?.origin, undefined)
    for (const none of [undefined, null, '', others.join('; ')]) assert.equal(await sessionOf(none), null)
    assert.equal(server.log.length, 1)
  })

  it('that fails is null, not "signed out"', async () => {
    await using server = await ActingServer.start()
    const { sessionOf } = (await importExample('session-of.ts', { api: server.url })) as { sessionOf: SessionOf }
    server.instead.set('GET /v1/session', 'drop')
    assert.equal(await sessionOf('coatcheck-4000=a'), null)
    server.instead.set('GET /v1/session', { status: 503, body: {} })
    assert.equal(await sessionOf('coatcheck-4000=a'), null)
    server.instead.clear()
    assert.deepEqual(await sessionOf('coatcheck-4000=a'), { user: null, session: null })
  })
})

describe('Svelte', () => {
  it('takes the session for a store: get() reads it and leaves again', async (t) => {
    const { server, tab } = await setScene(t)
    server.view = viewOf('ada')
    const client = tab()
    assert.equal(get(client.session).status, 'unknown')
    await client.session.refresh()
    assert.equal(nameOf(get(client.session)), 'ada')
    assert.equal(get(client.session), client.session.get())
  })

  it('renders the guide’s component on a server, as `unknown`, and sends nothing', async () => {
    await using server = await ActingServer.start()
    const { page } = (await importExample('svelte-page.ts', { api: server.url, files })) as { page: () => string }
    assert.match(page(), /One moment/)
    await server.quiet()
    assert.deepEqual(server.log, [])
  })
})

describe('Vue', () => {
  it('renders what uses the guide’s function on a server, as `unknown`, and sends nothing', async () => {
    await using server = await ActingServer.start()
    const { page } = (await importExample('vue-page.ts', { api: server.url, files })) as { page: () => Promise<string> }
    assert.equal(await page(), '<b>unknown</b>')
    await server.quiet()
    assert.deepEqual(server.log, [])
  })
})
