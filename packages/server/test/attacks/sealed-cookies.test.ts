import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deriveFrom, sealedCookies } from 'coatcheck/sealed-cookie'

const KEY = Uint8Array.from({ length: 64 }, (_, index) => index)
const cookies = sealedCookies({ keys: [KEY] })
const rotated = sealedCookies({ keys: [new Uint8Array(64).fill(9), KEY] })

const VALUE = '{"user":"ada","admin":false,"note":"100% café"}'

const JARS = [
  { jar: 'private', write: cookies.private.seal, readers: [cookies.private.open, rotated.private.open] },
  { jar: 'signed', write: cookies.signed.sign, readers: [cookies.signed.verify, rotated.signed.verify] },
] as const

/** Cookies of every kind of length: none, one to three bytes over a group of base64, and more. */
const VALUES = ['', 'a', 'ab', 'abc', VALUE]

for (const { jar, write, readers } of JARS) {
  const refused = (text: string, why: string): void => {
    for (const read of readers) assert.equal(read('cart', text), null, `${why}: ${JSON.stringify(text.slice(0, 100))}`)
  }

  describe(`S1: a ${jar} cookie`, () => {
    test('with any bit of any byte of its text flipped is no cookie', () => {
      for (const value of VALUES) {
        const bytes = Buffer.from(write('cart', value))
        for (let bit = 0; bit < bytes.byteLength * 8; bit += 1) {
          const changed = Buffer.from(bytes)
          changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          refused(changed.toString('latin1'), `bit ${bit}, as Node reads headers`)
          refused(changed.toString('utf8'), `bit ${bit}, as UTF-8`)
        }
      }
    })

    test('with any bit of what its base64 says flipped is no cookie', () => {
      for (const value of VALUES) {
        const text = write('cart', value)
        const [encoded, rest] = jar === 'private' ? [text, ''] : [text.slice(0, 44), text.slice(44)]
        const bytes = Buffer.from(encoded, 'base64')
        for (let bit = 0; bit < bytes.byteLength * 8; bit += 1) {
          const changed = Buffer.from(bytes)
          changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          refused(changed.toString('base64') + rest, `bit ${bit}`)
        }
      }
    })

    test('cut at any length, at either end, is no cookie', () => {
      for (const value of VALUES) {
        const text = write('cart', value)
        for (let length = 0; length < text.length; length += 1) {
          refused(text.slice(0, length), `the first ${length}`)
          refused(text.slice(text.length - length), `the last ${length}`)
        }
      }
    })

    test('whose bytes are cut at any length is no cookie: no tag is ever shorter than 16 bytes', () => {
      for (const value of VALUES) {
        const text = write('cart', value)
        const bytes = Buffer.from(text.slice(0, jar === 'private' ? undefined : 44), 'base64')
        for (let length = 0; length < bytes.byteLength; length += 1) {
          const rest = jar === 'private' ? '' : text.slice(44)
          refused(bytes.subarray(0, length).toString('base64') + rest, `${length} bytes`)
        }
      }
    })

    test('extended at either end is no cookie', () => {
      for (const value of VALUES) {
        const text = write('cart', value)
        for (const more of [
          'A',
          '=',
          '==',
          'AAAA',
          ' ',
          '\n',
          '\0',
          '"',
          ';',
          '%',
          '%00',
          '%20',
          '\uFEFF',
          'é',
          text,
        ]) {
          refused(text + more, 'more after it')
          refused(more + text, 'more before it')
        }
      }
    })

    test('in another spelling of the same bytes is no cookie', () => {
      for (const value of VALUES) {
        const text = write('cart', value)
        const head = text.slice(0, jar === 'private' ? undefined : 44)
        const rest = text.slice(head.length)
        const spellings = [
          head.replace(/=+$/, ''),
          `${head}=`,
          head.replace(/^(.{8})/, '$1\n'),
          head.replace(/^(.{8})/, '$1='),
          // the last character before the padding has spare bits: another one there decodes to the same bytes
          head.replace(/.(?==+$)/, (last) => String.fromCharCode(last.charCodeAt(0) + 1)),
          Array.from(head, (character) => String.fromCharCode(character.charCodeAt(0) + 0x100)).join(''),
        ]
        for (const spelling of spellings) if (spelling !== head) refused(spelling + rest, 'another spelling')
        const many = Array.from({ length: 40 }, () => write('cart', value)).map((t) => t.slice(0, head.length) + rest)
        for (const one of many) {
          const urlSafe = one.slice(0, head.length).replaceAll('+', '-').replaceAll('/', '_') + rest
          if (jar === 'private' && urlSafe !== one) refused(urlSafe, 'base64url')
        }
      }
    })

    test('is never a plaintext, however it looks', () => {
      for (const plain of [
        ...VALUES,
        'Tamper-proof',
        Buffer.from(VALUE).toString('base64'),
        `${'A'.repeat(43)}=${VALUE}`,
        Buffer.alloc(32).toString('base64'),
        Buffer.alloc(28).toString('base64'),
        '%',
        'null',
        '[object Object]',
      ])
        refused(plain, 'plain')
    })

    test('that is missing, or no text at all, is no cookie, and no exception', () => {
      const wrong = [
        null,
        undefined,
        0,
        false,
        NaN,
        [],
        {},
        [write('cart', 'v')],
        { toString: () => write('cart', 'v') },
      ]
      for (const text of [...wrong, Symbol('cart'), new Uint8Array(28)] as unknown as (string | null)[]) {
        for (const read of readers) assert.equal(read('cart', text), null)
      }
    })

    test('with a lone surrogate is no cookie: it has no bytes that could have been signed', () => {
      // U+FFFD is what a lone surrogate becomes when encoded: the signature of the one must not do for the other
      const text = write('cart', '\uFFFD')
      refused(text.replace('\uFFFD', '\uD800') + (jar === 'private' ? '\uD800' : ''), 'lone surrogate')
      refused(`${write('cart', 'v')}\uDFFF`, 'lone surrogate')
      for (const read of readers) assert.equal(read('\uD800', write('\uFFFD', 'v')), null)
    })

    test('of another jar, or under another key, is no cookie', () => {
      const others = [new Uint8Array(64), KEY.toReversed(), deriveFrom(KEY)]
      for (const key of others) {
        const other = sealedCookies({ keys: [key] })
        refused(jar === 'private' ? other.private.seal('cart', VALUE) : other.signed.sign('cart', VALUE), 'another key')
      }
      refused(
        jar === 'private' ? cookies.signed.sign('cart', VALUE) : cookies.private.seal('cart', VALUE),
        'another jar',
      )
    })
  })

  describe(`S7: a ${jar} cookie`, () => {
    test('with a character of several bytes or units across any border is no cookie, and no exception', () => {
      const text = write('cart', VALUE)
      for (const character of ['£', '€', '😀', '\u0301']) {
        for (let at = 0; at <= Math.min(text.length, 60); at += 1) {
          refused('y'.repeat(at) + character, `${character} at ${at}`)
          refused(text.slice(0, at) + character + text.slice(at + 1), `${character} in place of ${at}`)
        }
      }
    })

    test('of 1 MB is refused without looking at it', () => {
      const large = ['A'.repeat(1e6), '%41'.repeat(333_333), `${write('cart', 'v')}${'x'.repeat(1e6)}`, '€'.repeat(1e6)]
      const started = process.cpuUsage()
      for (let turn = 0; turn < 1000; turn += 1) for (const text of large) refused(text, '1 MB')
      const { user, system } = process.cpuUsage(started)
      assert.ok(user + system < 2e6, `8,000 refusals took ${(user + system) / 1000} ms`)
    })

    test('is longer than 4,096 characters: refused, however genuine', () => {
      const text = write('cart', 'v')
      refused(`${text}${'%'.repeat(4097 - text.length)}`, 'too long')
    })
  })

  describe(`J3: a ${jar} cookie`, () => {
    for (const odd of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']) {
      test(`named ${odd} or holding it is a cookie like any other`, () => {
        for (const read of readers) {
          assert.equal(read(odd, write(odd, VALUE)), VALUE)
          assert.equal(read('cart', write('cart', odd)), odd)
          assert.equal(read(odd, odd), null)
        }
        const polluted = {} as Record<string, unknown>
        assert.equal(polluted['x'], undefined)
      })
    }
  })
}

describe('S3: a value moved to another name', () => {
  const others = ['Cart', 'cart ', ' cart', 'car', 'cart2', '', '%63art', 'cart\0', 'ｃart', '__proto__']

  test('is no cookie where it is private: the name is authenticated', () => {
    const text = cookies.private.seal('cart', VALUE)
    for (const name of others) {
      assert.equal(cookies.private.open(name, text), null, name)
      assert.equal(cookies.private.open(name, encodeURIComponent(text)), null, name)
    }
    assert.equal(cookies.private.open('cart', text), VALUE)
  })

  test('is no cookie where names differ only in their normal form', () => {
    assert.equal(cookies.private.open('caf\u00e9', cookies.private.seal('cafe\u0301', VALUE)), null)
  })

  test('is accepted where it is signed, as by the crate, which signs the value alone: prefer private', () => {
    const text = cookies.signed.sign('role-of-guest', 'reader')
    for (const name of others) assert.equal(cookies.signed.verify(name, text), 'reader')
  })
})

describe('S1: percent-encoding', () => {
  test('opens what Rust writes by .encoded(), and any other spelling of it', () => {
    for (const value of [...VALUES, '%', '%25', '100%25', 'a%20b', '%zz', 'é%C3%A9']) {
      const everything = (text: string): string => {
        return Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
      }
      for (const encode of [String, encodeURIComponent, everything]) {
        assert.equal(cookies.private.open('cart', encode(cookies.private.seal('cart', value))), value)
        assert.equal(cookies.signed.verify('cart', encode(cookies.signed.sign('cart', value))), value)
      }
    }
  })

  test('is undone once, never twice', () => {
    const twice = (text: string): string => encodeURIComponent(encodeURIComponent(text))
    assert.equal(cookies.private.open('cart', twice(cookies.private.seal('cart', VALUE))), null)
    assert.equal(cookies.signed.verify('cart', twice(cookies.signed.sign('cart', VALUE))), null)
  })

  test('never turns a signed value into another that was not signed', () => {
    // "a%3Db" was signed; "a=b" was not, and neither decoding nor leaving it may make one of the other
    const text = cookies.signed.sign('cart', 'a%3Db')
    assert.equal(cookies.signed.verify('cart', text), 'a%3Db')
    assert.equal(cookies.signed.verify('cart', text.replace('%3D', '=')), null)
  })
})
