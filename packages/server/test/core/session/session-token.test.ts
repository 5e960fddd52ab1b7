import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { ConfigurationError } from '../../../src/core/errors.ts'
import { KeyRing } from '../../../src/core/key-ring.ts'
import { mintToken, readToken, sameSecretHash } from '../../../src/core/session/session-token.ts'

const random = { bytes: randomBytes }
const key = (): Uint8Array => randomBytes(32)
const keys = new KeyRing([key()], 'session-token')

test('a token is 64 base64url characters, and reads back as what it was made of', () => {
  const { token, sessionId, secretHash } = mintToken(keys, random)
  assert.match(token, /^[A-Za-z0-9_-]{64}$/)
  assert.equal(token.slice(0, 21), sessionId.slice(0, 21), 'the ID comes first')
  assert.deepEqual(readToken(keys, token), { sessionId, secretHash })
})

test('a token for an existing session keeps the ID and has a new secret', () => {
  const first = mintToken(keys, random)
  const second = mintToken(keys, random, first.sessionId)
  assert.equal(second.sessionId, first.sessionId)
  assert.notEqual(second.secretHash, first.secretHash)
})

test('a vector computed by another program: HKDF label, order of the parts, tag, hash of the secret', () => {
  const ring = new KeyRing([new Uint8Array(32).fill(7)], 'session-token')
  let next = 0
  const counter = { bytes: (size: number) => Uint8Array.from({ length: size }, () => next++) }
  const minted = mintToken(ring, counter)
  assert.deepEqual(minted, {
    token: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh_cOIIkPmWfOV_-ZtRcacma',
    sessionId: 'AAECAwQFBgcICQoLDA0ODw',
    secretHash: '_C4scwcr-ivaA_-TB0ct69PMgQUCioqeI141uo0uN_Q',
  })
})

test('G3 any flipped bit is refused', () => {
  const { token } = mintToken(keys, random)
  fc.assert(
    fc.property(fc.nat(48 * 8 - 1), (bit) => {
      const bytes = Buffer.from(token, 'base64url')
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      return readToken(keys, bytes.toString('base64url')) === null
    }),
    { numRuns: 400 },
  )
})

test('G3 no other spelling of the same bytes is a token', () => {
  const { token } = mintToken(keys, random)
  const standard = token.replaceAll('-', '+').replaceAll('_', '/')
  const others = [
    `${token}=`,
    `${token}==`,
    ` ${token}`,
    `${token}\n`,
    `"${token}"`,
    `${token}A`,
    token.slice(1),
    `${token.slice(0, 32)} ${token.slice(32)}`,
    encodeURIComponent(`${token}\n`),
  ]
  for (const other of standard === token ? others : [...others, standard])
    assert.equal(readToken(keys, other), null, other)
})

test('whatever text comes, reading it gives claims or null, and only ours gives claims', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => readToken(keys, text) === null))
  fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{64}$/), (text) => readToken(keys, text) === null))
})

test('the first key signs, all verify; a removed key refuses what it signed', () => {
  const [older, newer] = [key(), key()]
  const before = mintToken(new KeyRing([older], 'session-token'), random)
  const rotated = new KeyRing([newer, older], 'session-token')
  assert.ok(readToken(rotated, before.token))
  const after = mintToken(rotated, random)
  assert.ok(readToken(new KeyRing([newer], 'session-token'), after.token))
  assert.equal(readToken(new KeyRing([older], 'session-token'), after.token), null)
  assert.equal(readToken(new KeyRing([newer], 'session-token'), before.token), null)
})

test('a ring without keys, or with a short one, is refused in words', () => {
  assert.throws(() => new KeyRing([], 'session-token'), ConfigurationError)
  assert.throws(() => new KeyRing([randomBytes(31)], 'session-token'), /key 1 has 31 bytes/)
})

test('secret hashes compare by value', () => {
  assert.equal(sameSecretHash('abc', 'abc'), true)
  assert.equal(sameSecretHash('abc', 'abd'), false)
  assert.equal(sameSecretHash('abc', 'ab'), false)
})
