import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import type { Cause, PageDiagnosis } from '@coatcheck/client/doctor'
import { freePort } from '../../../../tools/free-port.ts'
import { BROWSERS } from '../browsers/support/each-browser.ts'
import { type Tab, type TestBrowser, until } from '../browsers/support/test-browser.ts'
import { createWorld, NAMES, type World } from '../browsers/support/world.ts'
import { PASSWORD } from '../support/scene.ts'
import { DoctorRecord } from './support/record.ts'
import { openClinic, type Clinic, type Fault, type Site } from './support/site.ts'

const record = new DoctorRecord('page')

/** Faults of servers and proxies that a page sees too, whatever the browser; from a page on the API's own site. */
const FAULTS: readonly (readonly [Cause, string, Fault])[] = [
  [
    'cached',
    'an nginx that caches what says no-store',
    {
      around: 'proxy_cache_path cache keys_zone=all:1m;',
      lines: 'proxy_cache all; proxy_cache_valid 200 1m; proxy_ignore_headers Cache-Control Vary Set-Cookie;',
    },
  ],
  [
    'not-coatcheck',
    'an nginx that answers itself',
    {
      lines:
        'add_header Access-Control-Allow-Origin $http_origin always; add_header Access-Control-Allow-Credentials true always; return 404;',
    },
  ],
  [
    'server-url-differs',
    'a server that takes itself for another',
    { environment: { COATCHECK_URL: 'https://api.example.test' } },
  ],
  [
    'server-url-is-http',
    'a server without COATCHECK_URL behind TLS',
    { environment: { COATCHECK_URL: '', COATCHECK_FRONTENDS: '' } },
  ],
  [
    'preflight-answered-elsewhere',
    'an nginx that answers OPTIONS itself',
    { lines: 'if ($request_method = OPTIONS) { return 204; }' },
  ],
  ['post-refused', 'an nginx that lets GET through and no POST', { lines: 'limit_except GET OPTIONS { deny all; }' }],
  [
    'redirected',
    'an nginx that redirects within the API',
    {
      lines:
        'if ($uri = /v1/doctor) { add_header Access-Control-Allow-Origin $http_origin always; add_header Access-Control-Allow-Credentials true always; return 307 https://$http_host/v1/session; }',
    },
  ],
  ['set-cookie-stripped', 'an nginx that strips Set-Cookie', { lines: 'proxy_hide_header Set-Cookie;' }],
  ['forwarded-not-trusted', 'an nginx that nobody trusts', { environment: { COATCHECK_TRUSTED_PROXIES: '' } }],
  [
    'answers-unreadable',
    'an nginx that adds a CORS header',
    { lines: 'add_header Access-Control-Allow-Origin $http_origin always;' },
  ],
  [
    'answers-unreadable',
    'an origin that is not on the list, in production',
    { environment: { COATCHECK_FRONTENDS: '', NODE_ENV: 'production' } },
  ],
  [
    'origin-not-listed',
    'an origin that is not on the list, in development',
    { environment: { COATCHECK_FRONTENDS: '' } },
  ],
  [
    'origin-not-listed',
    'an origin without its port on the list, in development',
    { environment: { COATCHECK_FRONTENDS: `https://${NAMES.app}` } },
  ],
]

const SIGNED_OUT = `fetch(api + '/v1/session', { credentials: 'include' }).then((r) => r.json()).then(({ user }) => user === null)`

/** Sends JSON from the page; returns the status. */
function post(tab: Tab, path: string, body: object): Promise<unknown> {
  const headers = "{ 'content-type': 'application/json' }"
  const init = `{ method: 'POST', credentials: 'include', headers: ${headers}, body: ${JSON.stringify(JSON.stringify(body))} }`
  return tab.run(`fetch(api + '${path}', ${init}).then(({ status }) => status)`)
}

/** Signs in on another device, and ends all other sessions from there. */
async function endOthers(server: string, origin: string, identity: object): Promise<void> {
  const headers = { origin, 'content-type': 'application/json' }
  const signIn = await fetch(`${server}/v1/sign-in`, { method: 'POST', headers, body: JSON.stringify(identity) })
  const cookie = signIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const ended = await fetch(`${server}/v1/sessions`, { method: 'DELETE', headers: { origin, cookie } })
  assert.equal(ended.status, 204)
}

for (const kind of BROWSERS) {
  describe(`the doctor of a page, in ${kind.name}`, () => {
    let world: World
    let clinic: Clinic
    let browser: TestBrowser
    before(async () => {
      world = await createWorld()
      clinic = openClinic(world.authority)
      browser = await kind.launch(world.authority, 'as installed')
    })
    after(async () => {
      await browser?.close()
      clinic?.close()
      await world?.close()
    })

    const open = async <Result>(
      fault: Fault,
      act: (site: Site) => Promise<Result>,
      host: string = NAMES.examined,
    ): Promise<Result> => {
      const frontends = [world.origin('app'), world.origin('other')].join(',')
      const environment = { COATCHECK_FRONTENDS: frontends, ...fault.environment }
      return clinic.open({ ...fault, host, environment }, act)
    }

    const visit = async <Result>(page: string, act: (tab: Tab) => Promise<Result>, by = browser): Promise<Result> => {
      const tab = await by.open(page)
      try {
        await until(tab, "document.documentElement.dataset.ready === 'yes'")
        return await act(tab)
      } finally {
        await tab.close()
      }
    }

    /** What the doctor says on a page. */
    const examine = (origin: string, api: string, by = browser, options = ''): Promise<PageDiagnosis> =>
      visit(world.page(origin, 'doctor.html', api), (tab) => ask(tab, options), by)

    const ask = async (tab: Tab, options = ''): Promise<PageDiagnosis> =>
      (await tab.run(`diagnose({ url: api, ${options} })`)) as PageDiagnosis

    const add = (how: string, cause: Cause | null, said: PageDiagnosis): void =>
      record.add(`${kind.name}: ${how}`, cause, said)

    test('finds nothing where all is well, and says on which rung', async () => {
      const own = await examine(world.origin('api'), world.origin('api'))
      add('nothing, on the API’s own origin', null, own)
      assert.equal(own.rung, 'same-origin')
      await open({}, async ({ url }) => {
        const near = await examine(world.origin('app'), url)
        add('nothing, on the API’s own site', null, near)
        assert.equal(near.rung, 'same-site')
        const far = await examine(world.origin('other'), url)
        add('nothing, on another site', null, far)
        assert.equal(far.rung, 'partitioned')
      })
    })

    for (const [cause, how, fault] of FAULTS) {
      test(`${cause}: ${how}`, async () => {
        await open(fault, async ({ url }) => add(how, cause, await examine(world.origin('app'), url)))
      })
    }

    test('unreachable: a port where nobody listens', async () => {
      const api = `https://${NAMES.examined}:${await freePort()}`
      add('a port where nobody listens', 'unreachable', await examine(world.origin('app'), api))
    })

    test('insecure-request: an https page with an http API', async () => {
      await open({ plain: true, environment: { COATCHECK_URL: world.origin('examined') } }, async ({ url }) => {
        add('an https page with an http API', 'insecure-request', await examine(world.origin('app'), url))
      })
    })

    test('secure-over-http: a page and an API by http, past the TLS', async () => {
      // A name that was never visited by https: of others the browser knows better, by HSTS.
      const act = async ({ url }: Site): Promise<void> => {
        const page = `http://${NAMES.app}:${new URL(world.development.near).port}`
        add('a page that calls the server by http, past its TLS', 'secure-over-http', await examine(page, url))
      }
      await open({ plain: true, environment: { COATCHECK_URL: world.origin('gullible') } }, act, NAMES.gullible)
    })

    test('missing-credentials: a fetch of the application’s own that leaves cookies at home', async () => {
      await open({}, async ({ url }) => {
        const forgetful = await examine(world.origin('app'), url, browser, 'fetch: (url) => fetch(url)')
        add('a fetch without credentials', 'missing-credentials', forgetful)
        const careful = "fetch: (url) => fetch(url, { credentials: 'include' })"
        add('nothing: a fetch with credentials', null, await examine(world.origin('app'), url, browser, careful))
      })
    })

    test('same-site-drops: the page in a frame of another site', async () => {
      await open({}, async ({ url }) => {
        const inner = `${world.page(world.origin('app'), 'doctor.html', url)}&tell`
        const outer = `${world.page(world.origin('other'), 'doctor.html', url)}&inner=${encodeURIComponent(inner)}`
        const said = await visit(outer, async (tab) => {
          await until(tab, 'globalThis.told !== undefined')
          return (await tab.run('told')) as PageDiagnosis
        })
        add('the page in a frame of another site', 'same-site-drops', said)
      })
    })

    test('store-unavailable, session-expired, session-revoked: of somebody who was signed in', async () => {
      await open({ environment: { COATCHECK_LEASE_MS: '100' } }, async ({ url, folder, server }) => {
        await visit(world.page(world.origin('app'), 'doctor.html', url), async (tab) => {
          const identity = { identifier: 'ada', password: PASSWORD }
          assert.equal(
            await post(tab, '/v1/sign-up', { email: 'ada@example.org', username: 'ada', password: PASSWORD }),
            201,
          )
          add('nothing: somebody is signed in', null, await ask(tab))

          const database = new DatabaseSync(join(folder, 'coatcheck.db'))
          database.exec('begin immediate')
          add('a database that another process holds', 'store-unavailable', await ask(tab))
          database.exec('rollback')

          await endOthers(server.url, world.origin('app'), identity)
          await until(tab, SIGNED_OUT)
          add('a session that another device has ended', 'session-revoked', await ask(tab))

          assert.equal(await post(tab, '/v1/sign-in', identity), 200)
          // The end comes to the session, since nobody can wait for it.
          database.exec('update sessions set expires_at = 1000')
          database.close()
          await until(tab, SIGNED_OUT)
          add('a session at its end', 'session-expired', await ask(tab))
        })
      })
    })

    test('cookies-disabled: a browser that keeps none', async () => {
      const none = await kind.launch(world.authority, 'none kept')
      try {
        await open({}, async ({ url }) => {
          add('no cookies kept, on the API’s site', 'cookies-disabled', await examine(world.origin('app'), url, none))
          add('no cookies kept, on another site', 'cookies-disabled', await examine(world.origin('other'), url, none))
        })
      } finally {
        await none.close()
      }
    })

    test('third-party-cookies-blocked, where the browser keeps not even a Partitioned one', async () => {
      const strict = await kind.launch(world.authority, 'blocked')
      // Chromium keeps a Partitioned cookie when it blocks those of other sites: then there is nothing to be found.
      const expected = kind.name === 'Firefox' ? 'third-party-cookies-blocked' : null
      try {
        await open({}, async ({ url }) => {
          add('cookies of other sites blocked', expected, await examine(world.origin('other'), url, strict))
          add(
            'nothing: cookies of other sites blocked, one site',
            null,
            await examine(world.origin('app'), url, strict),
          )
        })
      } finally {
        await strict.close()
      }
    })
  })
}

test('the page in docs says what was seen', () => record.check())
