import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { CookieTooLarge, deriveFrom, sealedCookies } from 'coatcheck/sealed-cookie'
import { sessionCookieFor } from '../../../src/http/session-cookie.ts'

const OLD = new Uint8Array(64).fill(1)
const NEW = new Uint8Array(64).fill(2)
const cookies = sealedCookies({ keys: [OLD] })

describe('the key ring', () => {
  const rotated = sealedCookies({ keys: [NEW, OLD] })

  test('reads with every key', () => {
    assert.equal(rotated.private.open('n', cookies.private.seal('n', 'v')), 'v')
    assert.equal(rotated.signed.verify('n', cookies.signed.sign('n', 'v')), 'v')
  })

  test('writes with the first key', () => {
    const onlyNew = sealedCookies({ keys: [NEW] })
    assert.equal(onlyNew.private.open('n', rotated.private.seal('n', 'v')), 'v')
    assert.equal(onlyNew.signed.verify('n', rotated.signed.sign('n', 'v')), 'v')
    assert.equal(cookies.private.open('n', rotated.private.seal('n', 'v')), null)
    assert.equal(cookies.signed.verify('n', rotated.signed.sign('n', 'v')), null)
  })

  test('signs and encrypts with different halves of a key', () => {
    const halves = sealedCookies({ keys: [Buffer.concat([OLD.subarray(0, 32), NEW.subarray(32)])] })
    assert.equal(halves.signed.verify('n', cookies.signed.sign('n', 'v')), 'v')
    assert.equal(halves.private.open('n', cookies.private.seal('n', 'v')), null)
  })

  test('copies the keys: overwriting them later changes nothing', () => {
    const material = new Uint8Array(OLD)
    const copied = sealedCookies({ keys: [material] })
    material.fill(0)
    assert.equal(copied.private.open('n', cookies.private.seal('n', 'v')), 'v')
  })

  test('uses the first 64 bytes of a longer key, as the crate does', () => {
    const longer = sealedCookies({ keys: [Buffer.concat([OLD, NEW])] })
    assert.equal(longer.private.open('n', cookies.private.seal('n', 'v')), 'v')
  })

  test('shows no key to whoever prints it', () => {
    const key = Buffer.from('the secret that nobody may see in a log, which is 64 bytes long!')
    const shown = inspect(sealedCookies({ keys: [key] }), { depth: 9, showHidden: true })
    assert.equal(shown.includes('nobody') || shown.includes(key.toString('hex').slice(0, 8)), false)
  })

  for (const [title, keys, message] of [
    ['no key', [], /at least one key/],
    ['63 bytes', [NEW, new Uint8Array(63)], /Key 2 .* at least 64 .* deriveFrom\(secret\); this is 63 bytes/],
    ['a string', ['x'.repeat(64)], /Key 1 .* this is a string/],
    ['an array', [Array.from(NEW)], /this is a object/],
  ] as const) {
    test(`refuses ${title}`, () => {
      assert.throws(() => sealedCookies({ keys: keys as unknown as Uint8Array[] }), { name: 'TypeError', message })
    })
  }

  test('derives from 32 bytes or more, never from a text', () => {
    assert.equal(deriveFrom(new Uint8Array(32)).byteLength, 64)
    assert.throws(() => deriveFrom(new Uint8Array(31)), /at least 32 random bytes; this is 31 bytes/)
    assert.throws(() => deriveFrom('a password of more than 32 characters' as unknown as Uint8Array), /a string/)
  })
})

describe('writing', () => {
  const overhead = { private: (name: string) => name.length + 1, signed: (name: string) => name.length + 1 + 44 }

  test('allows 4,096 bytes and not one more: signed', () => {
    const fits = 'v'.repeat(4096 - overhead.signed('name'))
    assert.equal(cookies.signed.verify('name', cookies.signed.sign('name', fits)), fits)
    assert.throws(() => cookies.signed.sign('name', `${fits}v`), {
      name: 'CookieTooLarge',
      bytes: 4097,
      excessBytes: 1,
    })
  })

  test('allows 4,096 bytes and not one more: private', () => {
    // 4 characters of text for 3 bytes: 1,022 groups hold 3,066 bytes, of which 28 are nonce and tag
    const name = 'n'.repeat(4096 - 1 - 1022 * 4)
    const fits = 'v'.repeat(1022 * 3 - 28)
    const text = cookies.private.seal(name, fits)
    assert.equal(overhead.private(name) + text.length, 4096)
    assert.equal(cookies.private.open(name, text), fits)
    assert.throws(
      () => cookies.private.seal(name, `${fits}v`),
      (error) => {
        return error instanceof CookieTooLarge && error.excessBytes === 4
      },
    )
  })

  test('counts bytes, not characters', () => {
    assert.throws(() => cookies.signed.sign('name', '€'.repeat(1400)), CookieTooLarge)
    assert.throws(() => cookies.signed.sign('€'.repeat(1400), ''), CookieTooLarge)
  })

  test('says by how much, and nothing of the value', () => {
    const secret = 'hunter2'.repeat(600)
    assert.throws(() => cookies.signed.sign('cart', secret), {
      message: 'The cookie "cart" would have 4249 bytes, 153 more than the 4096 that browsers keep: store less in it.',
    })
  })

  for (const write of [cookies.private.seal, cookies.signed.sign]) {
    test('refuses what has no bytes: lone surrogates, and what is no string', () => {
      for (const wrong of ['\uD800', 'a\uDFFFb', undefined, null, 7, {}, ['v']] as string[]) {
        assert.throws(() => write('n', wrong), TypeError)
        assert.throws(() => write(wrong, 'v'), TypeError)
      }
    })

    test('refuses an empty name', () => {
      assert.throws(() => write('', 'v'), TypeError)
    })

    test("refuses the names of Coatcheck's session cookies [DESIGN 8]", () => {
      const url = new URL('http://localhost:4000')
      const names = [
        sessionCookieFor(url, 'same-site'),
        sessionCookieFor(url, 'cross-site'),
        sessionCookieFor(new URL('https://a.example'), 'same-site'),
      ].map(({ name }) => name)
      assert.equal(new Set(names).size, 3)
      for (const name of names) assert.throws(() => write(name, 'v'), /session's cookie/)
    })
  }
})

test('the module loads nothing but itself and node:crypto', () => {
  const folder = join(import.meta.dirname, '../../../src/stores/sealed-cookie')
  const seen = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    for (const [, specifier = ''] of readFileSync(join(folder, file), 'utf8').matchAll(
      /(?:from|import\()\s*'([^']+)'/g,
    )) {
      if (specifier.startsWith('./')) visit(specifier.slice(2))
      else assert.equal(specifier, 'node:crypto', file)
    }
  }
  visit('index.ts')
  assert.ok(seen.size >= 7)
})
