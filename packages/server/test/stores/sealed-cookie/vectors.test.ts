import assert from 'node:assert/strict'
import { createCipheriv, hkdfSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { deriveFrom, sealedCookies } from 'coatcheck/sealed-cookie'

/** The key of the crate's own tests. */
const KEY = Buffer.from(
  '59cac87de65ac5f5a6f922a9871f14c55e9afe4f3c1a088ffe18748a5ce19f3c9d2987811fe2c410c6a886042a01c4183967f193c9b9e90ab4aabb59fc896e6b',
  'hex',
)
const cookies = sealedCookies({ keys: [KEY] })

describe("the vectors in the cookie crate's tests", () => {
  for (const [name, text] of [
    ['encrypted_with_ring014', 'lObeZJorGVyeSWUA8khTO/8UCzFVBY9g0MGU6/J3NN1R5x11dn2JIA=='],
    ['encrypted_with_ring016', 'SU1ujceILyMBg3fReqRmA9HUtAIoSPZceOM/CUpObROHEujXIjonkA=='],
  ] as const) {
    test(`private: ${name} opens [cookie-rs, secure/private.rs, roundtrip]`, () => {
      assert.equal(cookies.private.open(name, text), 'Tamper-proof')
    })
  }

  for (const name of ['signed_with_ring014', 'signed_with_ring016']) {
    test(`signed: ${name} verifies, and is what we write [cookie-rs, secure/signed.rs, roundtrip]`, () => {
      const text = '3tdHXEQ2kf6fxC7dWzBGmpSLMtJenXLKrZ9cHkSsl1w=Tamper-proof'
      assert.equal(cookies.signed.verify(name, text), 'Tamper-proof')
      assert.equal(cookies.signed.sign(name, 'Tamper-proof'), text)
    })
  }

  test('a £ across the end of the signature is refused and breaks nothing [cookie-rs, issue 178]', () => {
    const zero = sealedCookies({ keys: [new Uint8Array(64)] })
    assert.equal(zero.signed.verify('x', `${'y'.repeat(43)}£`), null)
  })
})

describe('derived keys', () => {
  // Extract with an empty salt is HMAC under zeros; hkdfSync does both steps, so Expand alone must differ from it.
  const INFO = 'COOKIE;SIGNED:HMAC-SHA256;PRIVATE:AEAD-AES-256-GCM'
  const secret = Uint8Array.from({ length: 32 }, (_, index) => index)

  test('are those of Key::derive_from (computed by the crate, Debian 0.16.0)', () => {
    const derived = sealedCookies({ keys: [deriveFrom(secret)] })
    assert.equal(derived.signed.sign('n', 'v'), '8uMLYWCgZl/I9fyGNWgSg/IIgW7bp1YSJqe7oZtrO6c=v')
    assert.equal(derived.private.open('n', '2jNfiCdEepM8wL+HDxoZW7mP8kXqXoYYYFC3xuc='), 'v')
  })

  test('come from Expand alone, not from the whole of HKDF', () => {
    assert.notDeepEqual(Buffer.from(deriveFrom(secret)), Buffer.from(hkdfSync('sha256', secret, '', INFO, 64)))
  })
})

describe('the private format', () => {
  function seal(name: string, value: Uint8Array): string {
    const nonce = Buffer.alloc(12, 7)
    const cipher = createCipheriv('aes-256-gcm', KEY.subarray(32), nonce).setAAD(Buffer.from(name))
    return Buffer.concat([nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()]).toString('base64')
  }

  test('is nonce, ciphertext, tag, with the name as additional data, in plain Node', () => {
    assert.equal(cookies.private.open('näme', seal('näme', Buffer.from('wört'))), 'wört')
  })

  test('holds UTF-8: anything else is null, though the tag fits', () => {
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]])
      assert.equal(cookies.private.open('n', seal('n', Uint8Array.from(bytes))), null)
  })

  test('keeps a byte order mark', () => {
    assert.equal(cookies.private.open('n', seal('n', Buffer.from('\uFEFFx'))), '\uFEFFx')
  })

  test('never repeats a nonce', () => {
    const nonces = Array.from({ length: 10_000 }, () => cookies.private.seal('n', 'v').slice(0, 16))
    assert.equal(new Set(nonces).size, nonces.length)
  })
})
