import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { describe, test } from 'node:test'
import {
  type CookieAttributes,
  CookieTooLarge,
  privateCookie,
  sealedCookies,
  signedCookie,
  type ValueCookie,
} from 'coatcheck/sealed-cookie'

const KEY = new Uint8Array(64).fill(5)
const cookies = sealedCookies({ keys: [KEY] })
const rotated = sealedCookies({ keys: [new Uint8Array(64).fill(6), KEY] })
const web = (cookie?: string): Request =>
  new Request('https://api.example.com/', cookie === undefined ? {} : { headers: { cookie } })
const pairOf = (line: string): string => line.split(';')[0] ?? ''

for (const [kind, make] of [
  ['private', privateCookie],
  ['signed', signedCookie],
] as const) {
  describe(`a ${kind} cookie for a value`, () => {
    const cart: ValueCookie = make(cookies, 'cart', { maxAgeSeconds: 3600 })

    test('is written as a Set-Cookie line, and read from a Request', () => {
      for (const value of ['', 'plain', '{"items":["café; 100 %", "=", "😀"]}', '\n']) {
        const line = cart.write(value)
        assert.match(line, /^cart=[^;]+; Path=\/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax$/)
        assert.equal(cart.read(web(`a=b; ${pairOf(line)}`)), value)
        assert.equal(make(rotated, 'cart').read(web(pairOf(line))), value, 'by every key of the ring')
      }
    })

    test('travels through node:http, both ways', async () => {
      const seen: (string | null)[] = []
      const server = createServer((request, response) => {
        seen.push(cart.read(request))
        response.appendHeader('set-cookie', cart.write('from node:http')).end()
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
      const first = await fetch(url)
      const [line = ''] = first.headers.getSetCookie()
      await fetch(url, { headers: { cookie: pairOf(line) } })
      await fetch(url, {
        headers: [
          ['cookie', pairOf(line)],
          ['cookie', pairOf(cart.write('another'))],
        ],
      })
      assert.deepEqual(seen, [null, 'from node:http', null])
      server.close()
      server.closeAllConnections()
    })

    test('is null for what was not made here, always the same way', () => {
      const pair = pairOf(cart.write('v'))
      const other = make(sealedCookies({ keys: [new Uint8Array(64)] }), 'cart').write('v')
      for (const header of [undefined, '', 'cart', 'cart=', 'cart=v', `${pair}x`, `${pair}; ${pair}`, pairOf(other)]) {
        assert.equal(cart.read(web(header)), null, header)
      }
      const odd = [{}, { cookie: undefined }, { cookie: 5 }, { cookie: [pair] }, { get: 'a header of that name' }]
      for (const headers of odd as IncomingMessage['headers'][]) assert.equal(cart.read({ headers }), null)
      assert.equal(cart.read({ headers: { get: 'a header of that name', cookie: pair } as object }), 'v')
    })

    test('is removed by a line of the same path, domain and partition', () => {
      const wide: CookieAttributes = { path: '/a', domain: 'example.com', sameSite: 'None', partitioned: true }
      assert.equal(
        make(cookies, 'cart', { ...wide, maxAgeSeconds: 9 }).remove(),
        'cart=; Max-Age=0; Path=/a; Domain=example.com; HttpOnly; Secure; SameSite=None; Partitioned',
      )
    })

    test('that browsers would drop is an error where it is written', () => {
      assert.throws(() => cart.write('v'.repeat(4096)), CookieTooLarge)
      assert.throws(() => cart.write('\uD800'), TypeError)
    })

    test("does not take a session cookie's name, nor an empty one", () => {
      for (const name of ['__Host-Http-session', '__Host-Http-session-x', 'coatcheck-4000', '', '\uD800']) {
        assert.throws(() => make(cookies, name), TypeError, name)
      }
      assert.equal(make(cookies, 'coatcheck-cart').name, 'coatcheck-cart')
    })

    for (const [title, name, attributes] of [
      ['__Host- without Secure', '__Host-cart', { secure: false }],
      ['__Host- with a path', '__Host-cart', { path: '/a' }],
      ['__Host- with a domain, in other letters', '__hOST-cart', { domain: 'example.com' }],
      ['__Secure- without Secure', '__Secure-cart', { secure: false }],
      ['__Http- for scripts', '__Http-cart', { httpOnly: false }],
      ['__Host-Http- for scripts', '__Host-Http-cart', { httpOnly: false }],
      ['SameSite=None without Secure', 'cart', { sameSite: 'None', secure: false }],
      ['Partitioned without Secure', 'cart', { partitioned: true, secure: false }],
      ['a path with an attribute in it', 'cart', { path: '/; Domain=evil.example' }],
      ['a path that is none', 'cart', { path: 'a' }],
      ['a path with a line break', 'cart', { path: '/\r\nSet-Cookie: a=b' }],
      ['a domain with an attribute in it', 'cart', { domain: 'example.com; Path=/x' }],
      ['an empty domain', 'cart', { domain: '' }],
      ['no age', 'cart', { maxAgeSeconds: 0 }],
      ['half a second', 'cart', { maxAgeSeconds: 0.5 }],
      ['more than 400 days', 'cart', { maxAgeSeconds: 400 * 86_400 + 1 }],
      ['NaN seconds', 'cart', { maxAgeSeconds: NaN }],
    ] as const) {
      test(`is refused with what browsers refuse: ${title}`, () => {
        assert.throws(() => make(cookies, name, attributes), { name: 'TypeError', message: /^The cookie .+\.$/ })
      })
    }
  })
}

test('a private cookie moved to another name is no cookie; a signed one is, as in the crate', () => {
  const moved = (line: string): Request => web(pairOf(line).replace('cart=', 'role='))
  assert.equal(privateCookie(cookies, 'role').read(moved(privateCookie(cookies, 'cart').write('v'))), null)
  assert.equal(signedCookie(cookies, 'role').read(moved(signedCookie(cookies, 'cart').write('v'))), 'v')
})
