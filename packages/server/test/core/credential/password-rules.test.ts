import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { rejectPassword, type PasswordRejection } from '../../../src/core/credential/password-rules.ts'

const words = readFileSync(new URL('../../../wordlists/common-passwords.txt', import.meta.url), 'utf8').split('\n')
const rules = {
  minimumLength: 15,
  commonPasswords: new Set(words.filter((word) => word !== '')),
  siteWords: ['trades', 'example', 'localhost'],
}
const ann = { email: 'ann.weatherby@example.com', username: 'weathergirl', name: 'Ann Weatherby' }

const verdicts: Readonly<Record<string, PasswordRejection | null>> = {
  'a quiet place by the sea': null,
  'correct horse battery staple': null,
  'Tr0ub4dor&3 is overrated': null,
  'ein stilles Plätzchen am Meer': null,
  我喜欢在海边散步看日出然后喝一杯茶: null,
  '   spaces   count   ': null,
  'my trades are my own business': null,
  fourteen_chars: 'too-short',
  'ab cd ef gh ij': 'too-short',
  'maria 9481 7265 0391': null,
  'x#9K-com-2$8!7@5^3&1': null,
  'password password': 'common',
  'letmein letmein': 'common',
  password1password2: 'common',
  adminadminadmin1: 'predictable',
  '111222333444555666': 'predictable',
  passwordpassword: 'common',
  PASSWORDPASSWORD: 'common',
  password1234567: 'common',
  '!!!letmeinletmein!!!': 'common',
  aaaaaaaaaaaaaaaaaaaa: 'predictable',
  abcabcabcabcabcabc: 'predictable',
  '123456789012345': 'predictable',
  '123454321234543': 'predictable',
  qwertyuiopasdfghjkl: 'predictable',
  lkjhgfdsapoiuytrewq: 'predictable',
  'ann.weatherby@example.com': 'personal',
  'Weatherby-Ann-2026': 'personal',
  weathergirl12345: 'personal',
  tradestradestrades: 'personal',
  'localhost.localhost': 'personal',
  ['x y'.repeat(342)]: 'too-long',
}

describe('setting a password', () => {
  for (const [password, verdict] of Object.entries(verdicts)) {
    test(`"${password.slice(0, 30)}" is ${verdict ?? 'fine'}`, () => {
      assert.equal(rejectPassword(rules, password, ann), verdict)
    })
  }
})

test('length is counted in code points after NFC', () => {
  const twoByTwo = 'e\u0301👍'
  assert.equal(
    rejectPassword(rules, `${twoByTwo.repeat(3)} wolves!`, ann),
    'too-short',
    '6 + 8 code points, though more units',
  )
  assert.equal(rejectPassword(rules, `${twoByTwo.repeat(3)} 9 wolves!`, ann), null)
})

test('U5 leading and trailing spaces are part of the password', () => {
  assert.equal(rejectPassword(rules, ' quiet sea road', ann), null)
  assert.equal(rejectPassword(rules, 'quiet sea road', ann), 'too-short')
})
