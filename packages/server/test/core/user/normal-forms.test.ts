import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { normaliseName } from '../../../src/core/user/display-name.ts'
import { normaliseEmail } from '../../../src/core/user/email.ts'
import { normaliseUsername } from '../../../src/core/user/username.ts'

test('an email has one normal form: trimmed, NFC, ASCII in lower case, domain in ASCII', () => {
  const forms: readonly (readonly [string, string])[] = [
    [' Ann@Example.COM ', 'ann@example.com'],
    ['ann@bücher.example', 'ann@xn--bcher-kva.example'],
    ['ann@BÜCHER.example', 'ann@xn--bcher-kva.example'],
    ['jose\u0301@example.com', 'jos\u00e9@example.com'],
    ['ann@example。com', 'ann@example.com'],
    ["o'brien+tag@example.com", "o'brien+tag@example.com"],
  ]
  for (const [written, normal] of forms) assert.equal(normaliseEmail(written), normal, written)
})

test('N1 letters that only fold into ASCII stay strangers; those that are ASCII by NFC are the same account', () => {
  assert.notEqual(normaliseEmail('ad\u0131n@example.com'), normaliseEmail('adin@example.com'))
  assert.notEqual(normaliseEmail('\u017fam@example.com'), normaliseEmail('sam@example.com'))
  assert.equal(normaliseEmail('\u212Aate@example.com'), 'kate@example.com')
})

test('N3, N5, N7 what no mail should go to is no email', () => {
  const refused = [
    '',
    '@',
    'ann',
    'ann@',
    '@example.com',
    'ann@@example.com',
    'a@b@example.com',
    'ann@localhost',
    'ann@example.com.',
    'ann@.example.com',
    'ann@exa mple.com',
    'ann＠example.com',
    'ann@example.com\r\nBcc: x@y.z',
    'ann\n@example.com',
    'ann @example.com',
    '"ann"@example.com',
    'ann@127.0.0.1',
    'ann@127.1',
    'ann@[127.0.0.1]',
    'ann@ex%61mple.com',
    'ann@example.com:25',
    'ann@-example.com',
    'ann@xn--a.com\u0000',
    'a..n@example.com',
    '.ann@example.com',
    'ann.@example.com',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(62)}.com`,
    'ann@\u202eexample.com',
    '<ann@example.com>',
    'ann,bob@example.com',
    'a\u0000nn@example.com',
  ]
  for (const written of refused) assert.equal(normaliseEmail(written), null, JSON.stringify(written))
})

test('a normal form is its own normal form, and 254 characters at most', () => {
  fc.assert(
    fc.property(fc.emailAddress(), (email) => {
      const normal = normaliseEmail(email)
      return normal === null || (normaliseEmail(normal) === normal && normal.length <= 254)
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (local, domain) => {
      const normal = normaliseEmail(`${local}@${domain}`)
      return normal === null || (normaliseEmail(normal) === normal && !/[\s\p{Cc}]/u.test(normal))
    }),
    { numRuns: 2_000 },
  )
})

test('a username is never an email, and has one case', () => {
  assert.equal(normaliseUsername(' Ann.B_c-9 '), 'ann.b_c-9')
  for (const refused of ['ab', 'a'.repeat(33), 'ann@home', 'ann b', 'änn', '', 'an\nn', '\u212Aate']) {
    assert.equal(normaliseUsername(refused), null, JSON.stringify(refused))
  }
})

test('a name is what its owner wrote, without control characters', () => {
  assert.equal(normaliseName('  Zoe\u0308 O’Neil-李 '), 'Zoë O’Neil-李')
  assert.equal(normaliseName('👩‍🚀 Ann'), '👩‍🚀 Ann')
  for (const refused of ['', '  ', 'a\u0000b', 'a\nb', '\u202eevil', 'a'.repeat(101), '\ud800']) {
    assert.equal(normaliseName(refused), null, JSON.stringify(refused))
  }
})
