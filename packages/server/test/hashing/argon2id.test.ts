import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash } from '@node-rs/argon2'
import { Argon2idHasher } from '../../src/hashing/argon2id.ts'

const hasher = new Argon2idHasher()

test('a hash is a PHC string of argon2id with 19 MiB, 2 passes, 1 lane; never the same twice [OWASP]', async () => {
  const [first, second] = await Promise.all([hasher.hash('secret sentence', 'n'), hasher.hash('secret sentence', 'n')])
  assert.match(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  assert.notEqual(first, second)
  assert.equal(await hasher.verify(first, 'secret sentence', 'n'), true)
  assert.equal(await hasher.verify(first, 'secret sentencE', 'n'), false)
})

test('U1 all bytes of a long password count', async () => {
  const long = 'x'.repeat(1_000)
  const stored = await hasher.hash(`${long}a`, 'n')
  assert.equal(await hasher.verify(stored, `${long}b`, 'n'), false)
  assert.equal(await hasher.verify(stored, `${long}a`, 'n'), true)
})

test('U9 a stored hash that is none is false, not a crash', async () => {
  for (const stored of [
    '',
    'plaintext',
    '$argon2id$',
    '$argon2id$v=19$m=1,t=0,p=0$$',
    '$2b$10$abcdefghijklmnopqrstuv',
    '\u0000',
  ]) {
    assert.equal(await hasher.verify(stored, stored, 'n'), false, JSON.stringify(stored))
    assert.equal(hasher.isOutdated(stored), true)
  }
})

test('U9 a stored hash that would take the machine with it is false, at once', async () => {
  for (const cost of ['m=4294967295,t=1,p=1', 'm=1048576,t=1,p=1', 'm=8,t=4294967295,p=1', 'm=19456,t=2,p=255']) {
    assert.equal(await hasher.verify(`$argon2id$v=19$${cost}$c29tZXNhbHQ$aGFzaGhhc2g`, 'p', 'n'), false, cost)
  }
})

/** Processor time in microseconds that thirty refused passwords take. */
async function costOf(refuse: () => Promise<boolean>): Promise<number> {
  const before = process.cpuUsage()
  for (let round = 0; round < 30; round += 1) assert.equal(await refuse(), false)
  const { user, system } = process.cpuUsage(before)
  return user + system
}

test('E3 an unknown user costs the work that a known one does; a hasher that answers at once is caught', async () => {
  await hasher.verify(null, 'warm', 'n')
  const stored = await hasher.hash('the right sentence', 'n')
  const known = await costOf(() => hasher.verify(stored, 'a wrong sentence', 'n'))
  const alike = (cost: number): boolean => cost > known / 3 && cost < known * 3
  assert.ok(alike(await costOf(() => hasher.verify(null, 'a wrong sentence', 'n'))))
  assert.ok(alike(await costOf(() => hasher.verify('$argon2id$broken', 'a wrong sentence', 'n'))))
  const mutant = (): Promise<boolean> => Promise.resolve(false)
  assert.equal(alike(await costOf(mutant)), false)
})

test('an unknown user is false, whatever is typed', async () => {
  assert.equal(await hasher.verify(null, 'no password hashes to this', 'n'), false)
})

test("a hash of lower cost is outdated; today's is not", async () => {
  assert.equal(hasher.isOutdated(await hash('x', { memoryCost: 8_192, timeCost: 1, parallelism: 1 })), true)
  assert.equal(hasher.isOutdated(await hasher.hash('x', 'n')), false)
})
