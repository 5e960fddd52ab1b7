import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { findCause, type Cause, type Observations } from '@coatcheck/client/doctor'
import { rules } from '../src/doctor/find-cause.ts'
import type { DoctorView } from '../src/protocol.ts'

const url = 'https://api.example.com'
const page = 'https://app.example.com'

const view: DoctorView = {
  answer: 'a',
  time: '2026-02-17T09:00:00.000Z',
  serverUrl: url,
  request: {
    origin: page,
    site: 'same-site',
    host: 'api.example.com',
    forwardedHost: null,
    forwardedProto: null,
    proxy: 'none',
  },
  origin: { listed: true, relation: 'same-site' },
  cookie: { name: 'c', attributes: 'Path=/; HttpOnly; Secure; SameSite=Lax', arrived: 0 },
  probe: { name: 'c-doctor', arrived: null, set: null },
}

/** A deployment in which all is well, as the command sees it. */
const healthy: Observations = {
  url,
  page,
  by: 'command',
  status: 200,
  view,
  repeated: false,
  allowOrigin: [page],
  preflight: { passed: true, detail: '' },
  setCookie: 'c-doctor=x; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax',
  probeReturned: true,
  ready: 200,
  clockSkewSeconds: 1,
}

/** One thing that is the matter, in the order of the way. Each is added to all that come after it. */
const WAY: readonly (readonly [Cause, Partial<Observations>])[] = [
  ['redirected', { redirect: 'https://www.example.com/v1/doctor' }],
  ['cached', { repeated: true }],
  [
    'server-url-is-http',
    {
      view: {
        ...view,
        serverUrl: 'http://localhost:4000',
        request: { ...view.request, origin: null, proxy: 'untrusted' },
        origin: { listed: false, relation: 'same-site' },
      },
    },
  ],
  [
    'origin-header-changed',
    {
      view: {
        ...view,
        request: { ...view.request, origin: null, proxy: 'untrusted' },
        origin: { listed: false, relation: 'same-site' },
      },
    },
  ],
  [
    'origin-not-listed',
    {
      view: {
        ...view,
        request: { ...view.request, proxy: 'untrusted' },
        origin: { listed: false, relation: 'same-site' },
      },
    },
  ],
  ['cors-header-doubled', { allowOrigin: [page, page] }],
  ['cors-header-stripped', { allowOrigin: [] }],
  ['preflight-answered-elsewhere', { preflight: { passed: false, detail: '' } }],
  ['post-refused', { postRefused: 'status 403' }],
  ['set-cookie-stripped', { setCookie: null }],
  ['same-site-drops', { setCookie: 'c-doctor=x; Path=/; HttpOnly; Secure; SameSite=Strict' }],
  ['cookie-header-stripped', { probeReturned: false }],
  ['store-unavailable', { ready: 503 }],
  ['clock-skew', { clockSkewSeconds: -61 }],
  ['forwarded-not-trusted', { view: { ...view, request: { ...view.request, proxy: 'untrusted' } } }],
]

describe('the one cause', () => {
  it('is none where all is well', () => {
    assert.deepEqual(findCause(healthy), { cause: null, words: `All is well between ${page} and ${url}.`, mend: '' })
  })

  for (const [index, [cause, fault]] of WAY.entries()) {
    it(`is ${cause} where that is all, and where all that comes after it on the way is broken too`, () => {
      const alone = findCause({ ...healthy, ...fault })
      assert.equal(alone.cause, cause)
      assert.ok(alone.words.length > 20 && alone.mend.length > 5)
      let seen = healthy
      for (const [, later] of WAY.slice(index).toReversed()) seen = { ...seen, ...later }
      assert.equal(findCause(seen).cause, cause)
    })
  }

  it('is that of the network before all others, since nothing else was seen', () => {
    for (const [kind, cause] of [
      ['name-not-found', 'name-not-found'],
      ['certificate', 'certificate-not-trusted'],
      ['unreachable', 'unreachable'],
      ['broken-off', 'unreachable'],
      ['unreadable', 'answers-unreadable'],
    ] as const) {
      assert.equal(findCause({ url, page, by: 'page', failure: { kind, detail: 'x' } }).cause, cause)
    }
  })

  it('blames the browser for a lost cookie only on a page, and the frame or the other site only where there is one', () => {
    const lost: Observations = { url, page, by: 'page', status: 200, view, probeReturned: false, cookiesEnabled: true }
    const far: DoctorView = { ...view, origin: { listed: true, relation: 'cross-site' } }
    assert.equal(findCause({ ...lost, cookiesEnabled: false }).cause, 'cookies-disabled')
    assert.equal(findCause({ ...lost, framed: true }).cause, 'same-site-drops')
    assert.equal(findCause(lost).cause, 'set-cookie-stripped')
    const blocked = findCause({ ...lost, view: far, framed: true })
    assert.equal(blocked.cause, 'third-party-cookies-blocked')
    for (const word of ['Vite', 'Next', 'nginx', 'Caddy', `COATCHECK_URL=${page}`])
      assert.ok(blocked.mend.includes(word))
    assert.equal(findCause({ ...lost, probeReturned: true, ownFetchSends: false }).cause, 'missing-credentials')
  })

  it('may be one of the session where the way is free', () => {
    const free: Observations = { url, page, by: 'page', status: 200, view, probeReturned: true }
    for (const [reason, cause] of [
      ['no-cookie', null],
      ['expired', 'session-expired'],
      ['idle', 'session-expired'],
      ['revoked', 'session-revoked'],
      ['user-disabled', 'session-revoked'],
      ['unknown-token', 'session-unknown'],
      ['duplicate-cookie', 'session-unknown'],
    ] as const) {
      assert.equal(findCause({ ...free, session: { status: 200, signedIn: false, reason } }).cause, cause)
    }
    assert.equal(findCause({ ...free, session: { status: 503, signedIn: false } }).cause, 'store-unavailable')
  })

  it('names the header, the attribute or the address that is the matter, whichever way it is', () => {
    const credentials = findCause({ ...healthy, allowCredentials: false })
    assert.equal(credentials.cause, 'cors-header-stripped')
    assert.match(
      `${credentials.words} ${credentials.mend}`,
      /Allow-Credentials.*hide_header Access-Control-Allow-Credentials/,
    )
    const given = 'c-doctor=x; Max-Age=60; path=/; httponly; secure; samesite=lax'
    assert.equal(findCause({ ...healthy, setCookie: given }).cause, null, 'in small letters it is the same')
    for (const [more, cause] of [
      ['Domain=example.com', 'cookie-changed'],
      ['SameSite=None', 'same-site-drops'],
    ] as const) {
      const added = findCause({ ...healthy, setCookie: `${given}; ${more}` })
      assert.equal(added.cause, cause)
      assert.ok(added.words.includes(`arrives with "${more}"`), added.words)
    }
    const home = findCause({ ...healthy, redirect: `${url}/login` })
    assert.equal(home.cause, 'redirected')
    assert.ok(!home.mend.includes('createClient'), 'that is what the page has already')
  })

  it('has a line that mends it, without a hole in it, for each', () => {
    for (const { cause, words, mend } of rules) {
      const failure = { kind: 'unreadable', detail: 'x' } as const
      const seen: Observations = { ...healthy, redirect: '/x', postRefused: 'x', failure }
      assert.doesNotMatch(`${words(seen)} ${mend(seen)}`, /undefined(?! times)/, cause)
    }
  })
})

it('the doctor never asks which browser it is: it tries what works', () => {
  const folder = new URL('../src/doctor/', import.meta.url)
  for (const file of readdirSync(folder)) {
    assert.doesNotMatch(readFileSync(new URL(file, folder), 'utf8'), /userAgent|appVersion|navigator\.vendor/i, file)
  }
})
