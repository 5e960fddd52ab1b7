import assert from 'node:assert/strict'
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import type { Cause } from '@coatcheck/client/doctor'
import { freePort } from '../../../../tools/free-port.ts'
import { installDebianPackage } from '../../../../tools/debian.ts'
import { runCli } from '../support/server-process.ts'
import { DoctorRecord } from './support/record.ts'
import { startCaddy, startHaproxy } from './support/proxies.ts'
import { openClinic, PAGE, type Clinic, type Fault } from './support/site.ts'

/** Faults of a real server or a real nginx, by what the doctor must say: in the mending line, this must stand. */
const FAULTS: readonly (readonly [Cause, string, Fault, mend: RegExp])[] = [
  [
    'cors-header-doubled',
    'adds a CORS header',
    { lines: 'add_header Access-Control-Allow-Origin $http_origin always;' },
    /add_header/,
  ],
  [
    'cors-header-stripped',
    'strips the CORS header',
    { lines: 'proxy_hide_header Access-Control-Allow-Origin;' },
    /proxy_hide_header/,
  ],
  [
    'cors-header-stripped',
    'lets anybody read instead',
    { lines: 'proxy_hide_header Access-Control-Allow-Origin; add_header Access-Control-Allow-Origin "*" always;' },
    /proxy_hide_header/,
  ],
  [
    'preflight-answered-elsewhere',
    'answers OPTIONS itself',
    { lines: 'if ($request_method = OPTIONS) { return 204; }' },
    /OPTIONS/,
  ],
  [
    'preflight-answered-elsewhere',
    'forbids OPTIONS',
    { lines: 'limit_except GET POST DELETE { deny all; }' },
    /OPTIONS/,
  ],
  [
    'cors-header-stripped',
    'strips the header for credentials',
    { lines: 'proxy_hide_header Access-Control-Allow-Credentials;' },
    /Allow-Credentials/,
  ],
  ['post-refused', 'lets GET through and no POST', { lines: 'limit_except GET OPTIONS { deny all; }' }, /limit_except/],
  ['origin-header-changed', 'strips Origin', { lines: 'proxy_set_header Origin "";' }, /proxy_set_header Origin/],
  [
    'origin-header-changed',
    'writes an Origin of its own',
    { lines: 'proxy_set_header Origin "https://elsewhere.test";' },
    /proxy_set_header Origin/,
  ],
  ['set-cookie-stripped', 'strips Set-Cookie', { lines: 'proxy_hide_header Set-Cookie;' }, /Set-Cookie/],
  ['same-site-drops', 'makes cookies SameSite=Lax', { lines: 'proxy_cookie_flags ~ samesite=lax;' }, /samesite/],
  [
    'cookie-changed',
    'makes cookies readable by scripts',
    { lines: 'proxy_cookie_flags ~ nohttponly;' },
    /proxy_cookie_flags/,
  ],
  ['cookie-changed', 'takes Secure away', { lines: 'proxy_cookie_flags ~ nosecure;' }, /proxy_cookie_flags/],
  [
    'cookie-changed',
    'gives cookies a Domain',
    { lines: 'proxy_cookie_path / "/; Domain=example.test";' },
    /proxy_cookie_path/,
  ],
  ['cookie-header-stripped', 'strips Cookie', { lines: 'proxy_set_header Cookie "";' }, /Cookie/],
  [
    'redirected',
    'redirects to another host',
    { lines: 'return 308 https://other.localhost$request_uri;' },
    /createClient\(\{ url: 'https:\/\/other\.localhost' \}\)/,
  ],
  ['redirected', 'has a sign-in of its own', { lines: 'return 302 /login;' }, /^location \/v1\/ \{/],
  [
    'not-coatcheck',
    'answers itself',
    { lines: 'default_type text/html; return 200 "<h1>Welcome</h1>";' },
    /proxy_pass/,
  ],
  ['not-coatcheck', 'does not find it', { lines: 'return 404;' }, /proxy_pass/],
  [
    'cached',
    'caches what says no-store',
    {
      around: 'proxy_cache_path cache keys_zone=all:1m;',
      lines: 'proxy_cache all; proxy_cache_valid 200 1m; proxy_ignore_headers Cache-Control Vary Set-Cookie;',
    },
    /proxy_cache off/,
  ],
  [
    'server-url-differs',
    'reaches a server that takes itself for another',
    { environment: { COATCHECK_URL: 'https://api.example.test' } },
    /^COATCHECK_URL=https:\/\/localhost:/,
  ],
  [
    'forwarded-not-trusted',
    'is trusted by nobody',
    { environment: { COATCHECK_TRUSTED_PROXIES: '' } },
    /^COATCHECK_TRUSTED_PROXIES=/,
  ],
]

const LISTED = ['https://app.example.test', 'http://localhost:5173'].join(',')

const record = new DoctorRecord('command')

describe('coatcheck doctor', () => {
  let clinic: Clinic
  before(() => (clinic = openClinic()))
  after(() => clinic?.close())

  test('finds nothing where all is well, behind nginx, HAProxy and Caddy', async () => {
    const caddy = (backend: number): string => `reverse_proxy 127.0.0.1:${backend}`
    for (const [name, fault] of [
      ['nginx', {}],
      ['nginx, in production', { environment: { NODE_ENV: 'production' } }],
      ['HAProxy', { start: startHaproxy }],
      ['Caddy', { start: (setting) => startCaddy({ ...setting, lines: caddy(setting.backend) }) }],
    ] satisfies [string, Fault][]) {
      await clinic.open(fault, async ({ url }) => {
        for (const page of [PAGE, url]) {
          const verdict = await clinic.ask(url, page)
          record.add(`nothing: ${name}, a page of ${page === url ? 'its own origin' : 'another site'}`, null, verdict)
          assert.equal(verdict.code, 0)
        }
      })
    }
  })

  for (const [cause, what, fault, mend] of FAULTS) {
    test(`${cause}: an nginx that ${what}`, async () => {
      await clinic.open(fault, async ({ url }) => {
        const verdict = await clinic.ask(url)
        record.add(`an nginx that ${what}`, cause, verdict)
        assert.equal(verdict.code, 1)
        assert.match(verdict.mend, mend)
      })
    })
  }

  for (const [cause, haproxy, caddy] of [
    [
      'set-cookie-stripped',
      'http-response del-header Set-Cookie',
      'reverse_proxy BACKEND {\n header_down -Set-Cookie\n}',
    ],
    ['origin-header-changed', 'http-request del-header Origin', 'reverse_proxy BACKEND {\n header_up -Origin\n}'],
    [
      'preflight-answered-elsewhere',
      'http-request return status 200 if METH_OPTIONS',
      '@options method OPTIONS\nrespond @options 204\nreverse_proxy BACKEND',
    ],
    [
      'cors-header-doubled',
      'http-response add-header Access-Control-Allow-Origin https://app.example.test',
      'reverse_proxy BACKEND {\n header_down +Access-Control-Allow-Origin https://app.example.test\n}',
    ],
  ] satisfies [Cause, string, string][]) {
    test(`${cause}: the same by HAProxy and by Caddy`, async () => {
      const faults: Fault[] = [
        { start: startHaproxy, lines: haproxy },
        {
          start: (setting) =>
            startCaddy({ ...setting, lines: caddy.replace('BACKEND', `127.0.0.1:${setting.backend}`) }),
        },
      ]
      for (const [index, fault] of faults.entries()) {
        const verdict = await clinic.open(fault, ({ url }) => clinic.ask(url))
        record.add(`the same by ${index === 0 ? 'HAProxy' : 'Caddy'} (${cause})`, cause, verdict)
      }
    })
  }

  for (const NODE_ENV of ['development', 'production']) {
    test(`origin-not-listed, and in development which was meant (${NODE_ENV})`, async () => {
      const environment = { COATCHECK_FRONTENDS: LISTED, NODE_ENV }
      await clinic.open({ environment }, async ({ url }) => {
        for (const [page, words] of [
          ['http://app.example.test', /only the scheme differs/],
          ['https://app.example.test:8443', /only the port differs/],
          ['https://www.app.example.test', /only the "www\." differs/],
          ['http://127.0.0.1:5173', /different hosts to a browser/],
          ['https://elsewhere.test', /is not on the server's list of front-ends\.$/],
        ] as const) {
          const verdict = await clinic.ask(url, page)
          record.add(`a front-end ${page}, in ${NODE_ENV}; on the list: ${LISTED}`, 'origin-not-listed', verdict)
          assert.ok(verdict.mend.includes(page), verdict.mend)
          if (NODE_ENV === 'development') assert.match(verdict.words, words)
          else assert.doesNotMatch(verdict.words, /app\.example\.test is:/)
        }
        record.add(`nothing: --frontend ${PAGE}/ with a trailing slash`, null, await clinic.ask(url, `${PAGE}/`))
      })
    })
  }

  test('server-url-is-http: a server that was not told its address, behind TLS', async () => {
    const environment = { COATCHECK_URL: '', COATCHECK_FRONTENDS: '' }
    await clinic.open({ environment }, async ({ url }) => {
      const verdict = await clinic.ask(url, url)
      record.add('a server without COATCHECK_URL behind an nginx with TLS', 'server-url-is-http', verdict)
      assert.equal(verdict.mend, `COATCHECK_URL=${url}`)
    })
  })

  test('secure-over-http: a page that calls the server past its TLS', async () => {
    // 0.0.0.0 is this machine, and yet no name that browsers take for safe.
    await clinic.open({ plain: true, environment: { COATCHECK_URL: 'https://api.example.test' } }, async ({ port }) => {
      const verdict = await clinic.ask(`http://0.0.0.0:${port}`, `http://0.0.0.0:${port}`)
      record.add('a page that calls the server by http, past its TLS', 'secure-over-http', verdict)
      assert.match(verdict.mend, /https:\/\/api\.example\.test/)
    })
  })

  test('insecure-request: an https page with an http API', async () => {
    await clinic.open({ plain: true, environment: { COATCHECK_URL: 'https://api.example.test' } }, async ({ port }) => {
      record.add('an https page with an http API', 'insecure-request', await clinic.ask(`http://0.0.0.0:${port}`))
    })
  })

  test('store-unavailable: a database that another process holds', async () => {
    await clinic.open({}, async ({ url, folder }) => {
      const other = new DatabaseSync(join(folder, 'coatcheck.db'))
      other.exec('begin immediate')
      record.add('a database that another process holds', 'store-unavailable', await clinic.ask(url))
      other.exec('rollback')
      other.close()
      assert.equal((await clinic.ask(url)).cause, null)
    })
  })

  test('certificate-not-trusted: an authority that nobody knows', async () => {
    await clinic.open({}, async ({ url }) => {
      const verdict = await clinic.ask(url, PAGE, {})
      record.add('a certificate of an authority that nobody knows', 'certificate-not-trusted', verdict)
    })
  })

  test('unreachable: nobody listens; name-not-found: there is no such name', async () => {
    record.add('a port where nobody listens', 'unreachable', await clinic.ask(`https://localhost:${await freePort()}`))
    record.add('a name that no DNS knows', 'name-not-found', await clinic.ask('https://api.example.invalid'))
  })

  test('clock-skew: a server whose clock is ten minutes behind', async () => {
    const clocks = (): readonly string[] => globSync('/usr/lib/*/faketime/libfaketime.so.1')
    if (clocks().length === 0) installDebianPackage('faketime', 'faketime')
    const [library = ''] = clocks()
    assert.ok(existsSync(library))
    await clinic.open({}, async ({ url, folder }) => {
      const faked = { LD_PRELOAD: library, FAKETIME: '+10m', FAKETIME_DONT_FAKE_MONOTONIC: '1' }
      const environment = { ...faked, NODE_EXTRA_CA_CERTS: join(folder, '..', 'root.pem') }
      const verdict = await clinic.ask(url, PAGE, environment)
      record.add('a server whose clock is ten minutes behind', 'clock-skew', verdict)
      assert.match(verdict.words, /behind this machine/)
    })
  })

  test('wrong usage is exit code 2 and one sentence; help names the command', async () => {
    for (const [args, words] of [
      [[], /Two addresses are needed/],
      [['--url', 'https://api.example.com'], /Two addresses/],
      [['--url', 'api.example.com', '--frontend', PAGE], /--url: .*Write https:\/\/api\.example\.com\./],
      [['--url', 'https://x.test', '--frontend', '*'], /--frontend: .*wildcard/],
      [['--speed', '9'], /no option --speed/],
    ] as const) {
      const { code, stderr, stdout } = await runCli(['doctor', ...args], {})
      assert.equal(code, 2)
      assert.match(stderr, /^coatcheck: .+\n$/)
      assert.match(stderr, words)
      assert.equal(stdout, '')
    }
    assert.match((await runCli(['help'], {})).stdout, /coatcheck doctor/)
  })

  test('the page in docs says what was seen', () => record.check())

  test('says it in words, with the line that mends it', async () => {
    const port = await freePort()
    const { code, stdout } = await runCli(
      ['doctor', '--url', `http://localhost:${port}`, '--frontend', 'http://localhost:5173'],
      {},
    )
    assert.equal(code, 1)
    assert.match(stdout, /^unreachable: Nothing answers at http:\/\/localhost:\d+ .*\n\n {2}Start the server/)
  })
})
