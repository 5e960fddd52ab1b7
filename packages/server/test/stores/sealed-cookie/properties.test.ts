import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { findCookie, sealedCookies, setCookie } from 'coatcheck/sealed-cookie'
import { bytesOfBase64, percentDecode, percentEncode } from '../../../src/stores/sealed-cookie/text.ts'

const cookies = sealedCookies({ keys: [new Uint8Array(64).fill(4)] })
const text = fc.string({ unit: 'binary', maxLength: 120 })
const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 })
const RUNS = { numRuns: 1000 }

const JARS = [
  ['private', cookies.private.seal, cookies.private.open],
  ['signed', cookies.signed.sign, cookies.signed.verify],
] as const

describe('for any name and value', () => {
  for (const [jar, write, read] of JARS) {
    test(`a ${jar} cookie comes back as it was, as text and through the headers`, () => {
      fc.assert(
        fc.property(name, text, (name, value) => {
          const written = write(name, value)
          assert.equal(read(name, written), value)
          assert.equal(read(name, findCookie(setCookie(name, written, ''), name)), value)
        }),
        RUNS,
      )
    })

    test(`any text that is not ours is null to the ${jar} jar`, () => {
      fc.assert(
        fc.property(name, fc.oneof(text, fc.base64String(), fc.string({ unit: 'binary' })), (name, junk) => {
          assert.equal(read(name, junk), null)
        }),
        RUNS,
      )
    })
  }

  test('the private text is base64 of 28 bytes and the value', () => {
    fc.assert(
      fc.property(name, text, (name, value) => {
        const sealed = cookies.private.seal(name, value)
        assert.match(sealed, /^[A-Za-z0-9+/]+={0,2}$/)
        assert.equal(Buffer.from(sealed, 'base64').byteLength, 28 + Buffer.byteLength(value))
      }),
      RUNS,
    )
  })
})

describe('for any text', () => {
  test('percent-encoding is undone, and gives what a header may carry', () => {
    fc.assert(
      fc.property(text, (text) => {
        assert.equal(percentDecode(percentEncode(text)), text)
        assert.match(percentEncode(text), /^[!$&'*+\-.0-9A-Z_a-z~%]*$/)
      }),
      RUNS,
    )
  })

  test('percent-decoding does what decodeURIComponent does, where that does not throw', () => {
    const pieces = fc.constantFrom('%', '%2', '%25', '%C3', '%a9', '%FF', 'a', 'é', '5', '%zz')
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const encoded = parts.join('')
        let expected: string | undefined
        try {
          expected = decodeURIComponent(encoded)
        } catch {
          return
        }
        assert.equal(percentDecode(encoded), expected)
      }),
      RUNS,
    )
  })

  test('base64 has one spelling: a grammar of our own agrees with the decoder', () => {
    const canonical = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/
    const characters = fc.constantFrom(...'AQgwBEz09+/==-_ \n\0éŁ')
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 9 }), (parts) => {
        const text = parts.join('')
        assert.equal(bytesOfBase64(text) !== null, canonical.test(text), JSON.stringify(text))
      }),
      { numRuns: 20_000 },
    )
  })
})

test('malformed percent signs stay as they are, as in the crate', () => {
  for (const same of ['%', '%%', '%4', '100%', '%zz', '%g0', '%0g', 'a%', '%é1'])
    assert.equal(percentDecode(same), same)
  assert.equal(percentDecode('%%41%4'), '%A%4')
  for (const wrong of ['%FF', 'a%C3', '%ED%A0%80', '%C0%80']) assert.equal(percentDecode(wrong), null)
  assert.equal(percentDecode('%EF%BB%BFx'), '\uFEFFx')
})
