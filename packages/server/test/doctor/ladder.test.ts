import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { sameOriginProxy, type PageDiagnosis } from '@coatcheck/client/doctor'
import { createServer as createVite } from 'vite'
import { BROWSERS } from '../browsers/support/each-browser.ts'
import { openFrontEnd, reload, shown } from '../browsers/support/front-end.ts'
import { type TestBrowser, until } from '../browsers/support/test-browser.ts'
import { createWorld, NAMES, type World } from '../browsers/support/world.ts'
import { PASSWORD } from '../support/scene.ts'
import { type Proxy, type ProxySetting, startCaddy, startNginx } from './support/proxies.ts'
import { openClinic, type Clinic } from './support/site.ts'

/** What the doctor says for one program, by its name. */
function linesFor(program: string, api: string, page: string): string {
  const found = new RegExp(`^ {2}${program}: +(.*(?:\\n {3,}.*)*)`, 'm').exec(sameOriginProxy(api, page))?.[1]
  assert.ok(found !== undefined, program)
  return found
}

/** What is not the API's comes from where the pages are. */
type Start = (setting: ProxySetting, pages: string) => Promise<Proxy>

const PROGRAMS: readonly (readonly [string, string, Start])[] = [
  [
    'nginx',
    NAMES.other,
    (setting, pages) =>
      startNginx({
        ...setting,
        backend: Number(new URL(pages).port),
        lines: linesFor('nginx', `http://127.0.0.1:${setting.backend}`, pages),
      }),
  ],
  [
    'Caddy',
    'localhost',
    (setting, pages) =>
      startCaddy({
        ...setting,
        lines: `${linesFor('Caddy', `http://127.0.0.1:${setting.backend}`, pages)}\nreverse_proxy ${pages}`,
      }),
  ],
  [
    'Vite',
    'localhost',
    async ({ port, backend, folder }, pages) => {
      const said: unknown = runInNewContext(`({ ${linesFor('Vite', `http://127.0.0.1:${backend}`, pages)} })`)
      const { server } = said as { readonly server: { readonly proxy: object } }
      const vite = await createVite({
        configFile: false,
        logLevel: 'silent',
        root: folder,
        server: { host: '127.0.0.1', port, strictPort: true, proxy: { ...server.proxy, '/': pages } },
      })
      await vite.listen()
      return { stop: () => vite.close() }
    },
  ],
]

describe('the last rung of the ladder: the API on the page’s own origin', () => {
  let world: World
  let clinic: Clinic
  before(async () => {
    world = await createWorld()
    clinic = openClinic(world.authority)
  })
  after(async () => {
    clinic?.close()
    await world?.close()
  })

  for (const kind of BROWSERS) {
    describe(`${kind.name}, which blocks all cookies of other sites`, () => {
      let browser: TestBrowser
      before(async () => (browser = await kind.launch(world.authority, 'blocked')))
      after(() => browser?.close())

      for (const [program, host, start] of PROGRAMS) {
        test(`signs in through the lines that the doctor gives for ${program}`, async () => {
          const pages = world.development.near
          const fault = {
            host,
            plain: host === 'localhost',
            environment: { COATCHECK_FRONTENDS: '' },
            start: (setting: ProxySetting) => start(setting, pages),
          }
          await clinic.open(fault, async ({ url }) => {
            const tab = await openFrontEnd(browser, world.page(url, 'front-end.html', url))
            const body = { email: 'ada@example.org', username: 'ada', password: PASSWORD }
            await tab.run(`client.signUp(${JSON.stringify(body)})`)
            await reload(tab)
            assert.equal(await shown(tab), 'ada@example.org')
            await tab.goto(world.page(url, 'doctor.html', url))
            await until(tab, "document.documentElement.dataset.ready === 'yes'")
            const { cause, rung, words } = (await tab.run('diagnose({ url: api })')) as PageDiagnosis
            assert.ok(cause === null || cause === 'forwarded-not-trusted', words)
            assert.equal(rung, 'same-origin')
            await tab.close()
          })
        })
      }
    })
  }

  test('the page in docs gives the same lines', () => {
    const page = readFileSync(new URL('../../../../docs/guide/doctor.md', import.meta.url), 'utf8').replace(/\s+/g, ' ')
    const [, ...lines] = sameOriginProxy('https://api.example.com', 'https://app.example.com').split('\n')
    assert.ok(page.includes(lines.join(' ').replace(/\s+/g, ' ').trim()))
  })
})
