import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CookieTooLarge, findCookie, sealedCookies, setCookie } from 'coatcheck/sealed-cookie'

const cookies = sealedCookies({ keys: [new Uint8Array(64).fill(3)] })

describe('a Set-Cookie line', () => {
  test("is encoded as by the crate's .encoded() [cookie-rs, lib.rs, examples]", () => {
    assert.equal(setCookie('my name', 'this; value%?', ''), 'my%20name=this%3B%20value%25%3F')
    const all = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join('')
    const plain = "!$&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"
    const expected = Array.from(all, (character) => {
      const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')
      return plain.includes(character) ? character : `%${code}`
    }).join('')
    assert.equal(setCookie('n', all, ''), `n=${expected}`)
    assert.equal(setCookie('ü', '€😀', ''), '%C3%BC=%E2%82%AC%F0%9F%98%80')
  })

  test('is for this host, https and the server alone unless told otherwise', () => {
    assert.equal(setCookie('n', 'v'), 'n=v; Path=/; HttpOnly; Secure; SameSite=Lax')
    assert.equal(setCookie('n', 'v', 'Path=/a; Max-Age=60'), 'n=v; Path=/a; Max-Age=60')
  })

  test('has 4,096 bytes at most, attributes included', () => {
    const attributes = 'Path=/; Secure'
    const fits = 'v'.repeat(4096 - 'n=; '.length - attributes.length)
    assert.equal(setCookie('n', fits, attributes).length, 4096)
    assert.throws(() => setCookie('n', `${fits}v`, attributes), { name: 'CookieTooLarge', excessBytes: 1 })
    assert.throws(() => setCookie('n', 'é'.repeat(700)), CookieTooLarge)
  })

  test('holds no second line, and no attribute from a name or a value', () => {
    for (const attributes of ['Path=/\r\nSet-Cookie: a=b', 'Path=/\0', 'Path=/é', 'Path=/\x7f'])
      assert.throws(() => setCookie('n', 'v', attributes), TypeError)
    assert.equal(setCookie('n; Path=/x\r\n', 'v; Domain=evil.example\r\n', '').includes(';'), false)
    assert.equal(/[\r\n]/.test(setCookie('n\r\n', 'v\r\n', '')), false)
    assert.throws(() => setCookie('', 'v'), TypeError)
    assert.throws(() => setCookie('n', '\uD800'), TypeError)
  })
})

describe('a Cookie header', () => {
  test('gives the text under a name, encoded or not, to open or verify', () => {
    const name = 'wägen; 1'
    const line = setCookie(name, cookies.signed.sign(name, '100% = "é"'), '')
    assert.equal(cookies.signed.verify(name, findCookie(`a=b;\t${line} ; c=d`, name)), '100% = "é"')
    assert.equal(findCookie('plain=1', 'plain'), '1')
    assert.equal(findCookie('n=', 'n'), '')
    assert.equal(findCookie('n=a=b', 'n'), 'a=b')
  })

  for (const [title, header] of [
    ['no header', null],
    ['no header', undefined],
    ['another name', 'nn=1'],
    ['no equals sign', 'n'],
    ['another case', 'N=1'],
    ['two of the name', 'n=1; n=1'],
    ['two of the name, one of them encoded', 'n=1; %6E=1'],
    ['a name that is not UTF-8', '%FFn=1'],
  ] as const) {
    test(`gives null for ${title}`, () => {
      assert.equal(findCookie(header, 'n'), null)
    })
  }

  test('lets no encoded name pass for one with a prefix [RFC 6265bis 4.1.3; CVE-2022-31629]', () => {
    for (const name of ['%5F_Host-cart', '__%48ost-cart', '_%5FHost-cart', '__Host%2Dcart'])
      assert.equal(findCookie(`${name}=1`, '__Host-cart'), null)
    assert.equal(findCookie('__Host-cart=1', '__Host-cart'), '1')
    assert.equal(findCookie('__Host-caf%C3%A9=1', '__Host-café'), '1')
  })

  test('takes a header of 1 MB of blanks or pairs in little time', () => {
    const started = process.cpuUsage()
    assert.equal(findCookie(`n=${' '.repeat(1e6)}x; n`, 'm'), null)
    assert.equal(findCookie('%=%;'.repeat(250_000), 'm'), null)
    assert.ok(process.cpuUsage(started).user < 3e6)
  })
})
