import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { keyFingerprint } from '../../src/core/key-fingerprint.ts'
import { formatKeys, readKeyFile } from '../../src/key-file.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts'
import { temporaryFolder } from '../stores/temporary-folder.ts'
import { runCli } from '../support/server-process.ts'

const HOUR = 3_600_000

interface Place {
  readonly database: string
  readonly file: string
  keys(...args: string[]): ReturnType<typeof runCli>
  refused(words: RegExp, ...args: string[]): Promise<void>
}

function place(environment: Readonly<Record<string, string>>): Place {
  const database = environment['COATCHECK_DATABASE'] ?? ''
  const keys = (...args: string[]): ReturnType<typeof runCli> => runCli(['keys', ...args], environment)
  return {
    database,
    file: `${database}.keys`,
    keys,
    async refused(words, ...args) {
      const { code, stdout, stderr } = await keys(...args)
      assert.equal(code, 1, stdout)
      assert.match(stderr, /^coatcheck: .+\n$/, 'one sentence, no stack')
      assert.match(stderr, words)
      assert.equal(stdout, '')
    },
  }
}

describe('coatcheck keys, of a file beside the database', () => {
  const folder = temporaryFolder(after)
  let places = 0

  /** A database with its keys, and a session that began at each of these instants and lives on for an hour from now. */
  async function made(ages: readonly (number | null)[], sessions: readonly number[] = []): Promise<Place> {
    const here = place({ COATCHECK_DATABASE: join(folder, `${(places += 1)}.db`) })
    const store = await openSqliteStore({ path: here.database })
    await store.close()
    const now = Date.now()
    const filed = ages.map((age) => ({ key: randomBytes(32), signsFrom: age === null ? null : now - age }))
    writeFileSync(here.file, formatKeys(filed), { mode: 0o600 })
    const database = new DatabaseSync(here.database)
    for (const [index, age] of sessions.entries()) {
      database
        .prepare(
          "insert into sessions (id, secret_hash, created_at, last_seen_at, expires_at, methods, revision) values (?, 'x', ?, ?, ?, '', 1)",
        )
        .run(String(index), now - age, now, now + HOUR)
    }
    database.close()
    return here
  }

  test('prune asks to be forced where sessions are sealed: nobody knows who needs an older key', async () => {
    const { database } = await made([HOUR, 49 * HOUR])
    const here = place({ COATCHECK_DATABASE: database, COATCHECK_SESSIONS: 'sealed' })
    await here.refused(/has signed for 604800 seconds/, 'prune')
    assert.equal(names(here).length, 2)
    assert.equal((await here.keys('prune', '--force')).code, 0)
    assert.equal(names(here).length, 1)
  })

  const names = ({ file }: Place): string[] => readKeyFile(file).map(({ key }) => keyFingerprint(key))

  test('list shows fingerprints, which key signs and since when, and nothing of a key', async () => {
    const here = await made([HOUR, 49 * HOUR, null])
    const { code, stdout } = await here.keys('list')
    assert.equal(code, 0)
    const lines = stdout.trim().split('\n').slice(1)
    const [first = '', second = '', third = ''] = lines
    assert.equal(lines.length, 3)
    assert.deepEqual(
      lines.map((line) => line.trim().split(' ')[0]),
      names(here),
    )
    assert.match(first, /signs, since 20.*\(0 days old\)/)
    assert.match(second, /verifies; it signed from .*\(2 days old\)/)
    assert.match(third, /verifies; its age is not known/)
    for (const { key } of readKeyFile(here.file)) {
      for (const form of ['base64', 'base64url', 'hex'] as const) {
        const text = Buffer.from(key).toString(form)
        for (let at = 0; at + 8 <= text.length; at += 1) assert.equal(stdout.includes(text.slice(at, at + 8)), false)
      }
    }
  })

  test('rotate adds a key that signs ten seconds later, at mode 0600; a second one must wait until then', async () => {
    const here = await made([null])
    const before = names(here)
    const started = Date.now()
    const { code, stdout } = await here.keys('rotate')
    assert.equal(code, 0)
    const [added, old] = readKeyFile(here.file)
    assert.ok(added)
    assert.ok((added.signsFrom ?? 0) >= started + 10_000)
    assert.deepEqual([old && keyFingerprint(old.key), old?.signsFrom], [before[0], null])
    assert.ok(stdout.includes(keyFingerprint(added.key)))
    assert.match((await here.keys('list')).stdout, /verifies, and signs from/)
    assert.equal(statSync(here.file).mode & 0o777, 0o600)
    await here.refused(/was added a moment ago/, 'rotate')
    assert.equal(readKeyFile(here.file).length, 2)
    assert.equal(existsSync(`${here.file}.new`), false)
  })

  test('a file that others may read is closed by the next change', async () => {
    const here = await made([HOUR])
    chmodSync(here.file, 0o644)
    assert.equal((await here.keys('rotate')).code, 0)
    assert.equal(statSync(here.file).mode & 0o777, 0o600)
  })

  test('of rotations at once, one adds its key and the others are refused: none is lost', async () => {
    const here = await made([HOUR])
    const [before] = names(here)
    const ends = await Promise.all(Array.from({ length: 4 }, () => here.keys('rotate')))
    assert.equal(ends.filter(({ code }) => code === 0).length, 1)
    assert.deepEqual([names(here).length, names(here)[1]], [2, before])
  })

  test('a rotation that was interrupted is named, and changes nothing', async () => {
    const here = await made([HOUR])
    writeFileSync(`${here.file}.new`, 'half')
    const before = readFileSync(here.file, 'utf8')
    await here.refused(/remove .*\.keys\.new and try again/, 'rotate')
    assert.equal(readFileSync(here.file, 'utf8'), before)
    assert.equal(readFileSync(`${here.file}.new`, 'utf8'), 'half')
  })

  test('prune removes what no live session can have been signed with', async () => {
    const here = await made([2 * HOUR, 48 * HOUR, 96 * HOUR], [HOUR])
    const [current] = names(here)
    const { code, stdout } = await here.keys('prune')
    assert.equal(code, 0, stdout)
    assert.deepEqual(names(here), [current])
    assert.match((await here.keys('prune')).stdout, /nothing to prune/)
  })

  test('prune keeps the key that a live session may need, and removes those before it', async () => {
    const here = await made([2 * HOUR, 48 * HOUR, 96 * HOUR], [HOUR, 3 * HOUR])
    const [current, needed] = names(here)
    const { stdout } = await here.keys('prune')
    assert.match(stdout, /Kept, because live sessions may need them: 1/)
    assert.deepEqual(names(here), [current, needed])
    await here.refused(/1 live sessions may have been signed .* ends at 20.* prune --force/, 'prune')
    assert.deepEqual(names(here), [current, needed])
    assert.equal((await here.keys('prune', '--force')).code, 0)
    assert.deepEqual(names(here), [current])
  })

  test('prune takes any session for one that needs the old key where ages are not known', async () => {
    const here = await made([null, null], [1_000])
    await here.refused(/would be signed out/, 'prune')
  })

  test('G a key that leaked is not said to be gone while it still signs, right after a rotation', async () => {
    const here = await made([HOUR, 48 * HOUR])
    await here.keys('rotate')
    const [waiting, leaked, older] = names(here)
    await here.refused(/still signs, until .* takes over at 20.*Nothing was removed/, 'prune', '--force')
    assert.deepEqual(names(here), [waiting, leaked, older])
    assert.equal((await here.keys('prune')).code, 0)
    assert.deepEqual(names(here), [waiting, leaked], 'without force it is known to be needed')
  })

  test('what cannot be changed is a sentence, and stays as it is', async () => {
    const here = await made([HOUR])
    await here.refused(/takes list, rotate, prune, adopt\./)
    await here.refused(/takes list, rotate, prune, adopt, not "burn"/, 'burn')
    await here.refused(/"coatcheck keys rotate" takes no "--force"/, 'rotate', '--force')
    await here.refused(/"coatcheck keys prune" takes no "--all"/, 'prune', '--all')
    const linked = place({ COATCHECK_DATABASE: join(folder, 'linked.db') })
    symlinkSync(here.file, linked.file)
    await linked.refused(/is a symbolic link/, 'rotate')
    writeFileSync(here.file, 'garbage\n')
    await here.refused(/key 1 is not base64/, 'rotate')
    assert.equal(readFileSync(here.file, 'utf8'), 'garbage\n')
    rmSync(here.file)
    await here.refused(/There is no key file/, 'rotate')
    await here.refused(/cannot be read/, 'list')
  })
})

describe('coatcheck keys, of COATCHECK_KEYS', () => {
  const [first, second] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'))
  const nodes = (keys: string): Place => place({ COATCHECK_DATABASE: 'postgres://127.0.0.1:1/x', COATCHECK_KEYS: keys })
  const settings = (stdout: string): string[][] =>
    stdout
      .split('\n')
      .filter((line) => line.startsWith('COATCHECK_KEYS='))
      .map((line) => line.slice('COATCHECK_KEYS='.length).split(','))

  test('list shows fingerprints', async () => {
    const { stdout } = await nodes(`${first},${second}`).keys('list')
    const of = (byte: number): string => keyFingerprint(Buffer.alloc(32, byte))
    assert.match(stdout, new RegExp(`  ${of(1)}  signs\n  ${of(2)}  verifies\n$`))
  })

  test('rotate prints two values: the new key verifies in the first, and signs in the second', async () => {
    const [verify = [], sign = []] = settings((await nodes(`${first},${second}`).keys('rotate')).stdout)
    const [, added = ''] = verify
    assert.equal(Buffer.from(added, 'base64').byteLength, 32)
    assert.deepEqual(verify, [first, added, second])
    assert.deepEqual(sign, [added, first, second])
  })

  test('prune prints the value with the current key alone, once it is told that the others are not needed', async () => {
    const both = nodes(`${first},${second}`)
    await both.refused(/live for up to 30 days.*prune --force/, 'prune')
    assert.deepEqual(settings((await both.keys('prune', '--force')).stdout), [[first]])
    assert.match((await nodes(first ?? '').keys('prune')).stdout, /nothing to prune/)
  })

  test('a PostgreSQL without the setting is a sentence', async () => {
    await place({ COATCHECK_DATABASE: 'postgres://127.0.0.1:1/x' }).refused(/COATCHECK_KEYS is not set/, 'list')
    await nodes('short').refused(/COATCHECK_KEYS: key 1/, 'list')
  })
})
