import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import type { Sealer } from '../../../src/core/sealer.ts'
import { sealedSessionId } from '../../../src/core/session/sealed-session.ts'
import { SessionSealer } from '../../../src/core/session/session-sealer.ts'
import { cookieSealer } from '../../../src/stores/sealed-cookie/cookie-sealer.ts'

const NAME = '__Host-Http-session'
const END = 1_900_000_000_000
const ID = sealedSessionId({ bytes: randomBytes }, END)
const CLAIMS = {
  sessionId: ID,
  mark: ID,
  userId: 'ada',
  epoch: 0,
  createdAt: END - 1_000,
  expiresAt: END,
  authenticatedAt: END - 1_000,
  methods: ['password'],
} as const

/** A real sealer that counts what it is asked to open. */
function counting(keys: readonly Uint8Array[]): Sealer & { opened: number } {
  const real = cookieSealer(keys, 'sealed-session')
  return {
    ...real,
    opened: 0,
    open(name, text) {
      this.opened += 1
      return real.open(name, text)
    },
  }
}

function over(sessions: Sealer, keys: readonly Uint8Array[] = [randomBytes(32)]): SessionSealer {
  const limits = { maxSessions: 10, maxBytes: 1_000_000 }
  return new SessionSealer({ sessions, data: cookieSealer(keys, 'sealed-data') }, limits)
}

describe('a session sealer', () => {
  test('opens a cookie once, and knows it from then on', () => {
    const sealer = counting([randomBytes(32)])
    const sessions = over(sealer)
    const text = sessions.seal(NAME, CLAIMS)
    for (let turn = 0; turn < 3; turn += 1) assert.equal(sessions.open(NAME, text)?.sealed?.userId, 'ada')
    assert.equal(sealer.opened, 1)
  })

  test('F5 a cookie that is known under its name is nobody under another, and so is every spelling but its own', () => {
    const sessions = over(cookieSealer([randomBytes(32)], 'sealed-session'), [randomBytes(32)])
    const text = sessions.seal(NAME, CLAIMS)
    assert.ok(sessions.open(NAME, text))
    for (const [name, other] of [
      [`${NAME}-x`, text],
      ['', `${NAME}=${text}`],
      [NAME, `${text}=`],
      [NAME, ` ${text}`],
      [NAME, text.slice(0, -1)],
      [NAME, text.replaceAll('+', '-').replaceAll('/', '_').slice(0, -1)],
    ] as const) {
      assert.equal(sessions.open(name, other), null)
    }
  })

  test('K with a key that is taken away goes what was opened with it', () => {
    const [older, newer] = [randomBytes(32), randomBytes(32)]
    const sessions = over(cookieSealer([older], 'sealed-session'), [older])
    const text = sessions.seal(NAME, CLAIMS)
    assert.ok(sessions.open(NAME, text))
    const kept = sessions.data.seal(NAME, 'older')
    sessions.replace([newer, older])
    assert.equal(sessions.data.open(NAME, kept), 'older')
    assert.ok(sessions.open(NAME, text))
    const [dataBefore, dataAfter] = [kept, sessions.data.seal(NAME, 'newer')]
    sessions.replace([newer])
    assert.equal(sessions.open(NAME, text), null)
    assert.deepEqual(
      [dataBefore, dataAfter].map((data) => sessions.data.open(NAME, data)),
      [null, 'newer'],
      'and so do the data of its sessions',
    )
  })

  test('what does not open is not remembered', () => {
    const sealer = counting([randomBytes(32)])
    const sessions = over(sealer)
    for (let turn = 0; turn < 3; turn += 1) assert.equal(sessions.open(NAME, 'AAAA'), null)
    assert.equal(sealer.opened, 3)
    assert.equal(sessions.open(NAME, 'A'.repeat(5_000)), null)
    assert.equal(sealer.opened, 3, 'one that no browser keeps is not looked at')
  })
})
