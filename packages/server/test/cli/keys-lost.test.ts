import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { freePort } from '../../../../tools/free-port.ts'
import { keyFingerprint } from '../../src/core/key-fingerprint.ts'
import { createTestDatabase, type TestDatabase } from '../stores/postgres-fixture.ts'
import { STORES } from '../support/scene.ts'
import { runCli, startServer } from '../support/server-process.ts'
import { ask, signUp } from '../faults/killed-server.ts'

const key = (): string => randomBytes(32).toString('base64')
const nameOf = (text: string): string => keyFingerprint(Buffer.from(text, 'base64'))

for (const kind of STORES) {
  describe(`the keys of a database on ${kind}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'coatcheck-lost-'))
    const [first, second, third] = [key(), key(), key()]
    let database: TestDatabase | null = null
    let environment: Record<string, string> = {}
    const withKeys = (...keys: readonly string[]): Record<string, string> => ({
      ...environment,
      COATCHECK_KEYS: keys.join(),
    })
    before(async () => {
      if (kind === 'postgres') database = await createTestDatabase()
      environment = {
        COATCHECK_DATABASE: database?.url ?? join(folder, 'lost.db'),
        PORT: String(await freePort()),
      }
    })
    after(async () => {
      await database?.drop()
      rmSync(folder, { recursive: true })
    })

    const refused = async (settings: Record<string, string>, words: RegExp): Promise<void> => {
      const { code, stderr } = await runCli(['serve'], settings)
      assert.equal(code, 1, stderr)
      assert.match(stderr, /^coatcheck: .+\n$/, 'one sentence, no stack')
      assert.match(stderr, words)
    }
    const start = async (settings: Record<string, string>, email: string | null): Promise<string> => {
      const server = await startServer(settings)
      try {
        return email === null ? '' : ((await signUp(server, email))?.cookie ?? '')
      } finally {
        await server.stop()
      }
    }
    const isSignedIn = async (settings: Record<string, string>, cookie: string): Promise<boolean> => {
      const server = await startServer(settings)
      try {
        return (await ask(server, cookie)).user !== null
      } finally {
        await server.stop()
      }
    }

    test('while nobody is signed in, other keys are taken', async () => {
      await start(withKeys(first), null)
      await start(withKeys(second), null)
      await start(withKeys(first), null)
    })

    test('keys that would sign everybody out are refused at start, with both fingerprints and the ways on', async () => {
      const cookie = await start(withKeys(first), 'lost@example.org')
      await refused(
        withKeys(second, third),
        new RegExp(
          `^coatcheck: COATCHECK_KEYS: the key ${nameOf(first)}.*${nameOf(second)}, ${nameOf(third)}.*keys adopt`,
        ),
      )
      assert.equal(await isSignedIn(withKeys(first), cookie), true)
    })

    test('a rotation in two steps passes, and a node that missed it is refused', async () => {
      const cookie = await start(withKeys(first, second), 'rotated@example.org')
      assert.equal(await isSignedIn(withKeys(second, first), cookie), true)
      await refused(withKeys(first), new RegExp(`the key ${nameOf(second)}`))
      assert.equal(await isSignedIn(withKeys(first, second), cookie), true, 'one that still has the first value')
    })

    test('coatcheck keys adopt goes on with other keys: everybody signs in again', async () => {
      const cookie = await start(withKeys(second), 'before@example.org')
      await refused(withKeys(third), /keys adopt/)
      const { code, stdout, stderr } = await runCli(['keys', 'adopt'], withKeys(third))
      assert.equal(code, 0, stderr)
      assert.ok(stdout.includes(nameOf(third)))
      assert.equal(await isSignedIn(withKeys(third), cookie), false)
      await refused(withKeys(second), new RegExp(`the key ${nameOf(third)}`))
    })

    if (kind === 'sqlite') {
      test('a key file that is lost, or another one, stops the start; adopt makes a new one', async () => {
        const settings = { ...environment, COATCHECK_DATABASE: join(folder, 'file.db') }
        const file = `${settings.COATCHECK_DATABASE}.keys`
        const cookie = await start(settings, 'file@example.org')
        const kept = readFileSync(file, 'utf8')
        writeFileSync(file, `${key()}\n`, { mode: 0o600 })
        await refused(settings, /file\.db\.keys: the key [0-9a-f]{16}.* is not among the keys here/)
        rmSync(file)
        await refused(settings, /key file .* is missing beside its database.*keys adopt/)
        writeFileSync(file, kept, { mode: 0o600 })
        assert.equal(await isSignedIn(settings, cookie), true)
        rmSync(file)
        assert.equal((await runCli(['keys', 'adopt'], settings)).code, 0)
        assert.equal(await isSignedIn(settings, cookie), false)
      })

      test('a key that began to sign while the server ran is the one that must be there', async () => {
        const settings = { ...environment, COATCHECK_DATABASE: join(folder, 'running.db') }
        const file = `${settings.COATCHECK_DATABASE}.keys`
        const server = await startServer(settings)
        await signUp(server, 'running@example.org')
        const before = readFileSync(file, 'utf8')
        const added = `${key()} 2026-01-01T00:00:00.000Z\n`
        writeFileSync(file, added + before)
        while (!server.output().includes('the keys are others now'))
          await once(server.process.stdout ?? server.process, 'data')
        await server.stop()
        writeFileSync(file, before)
        await refused(settings, /is not among the keys here/)
        writeFileSync(file, added)
        await start(settings, null)
      })

      test('a key that was rotated and pruned without a server is not missed', async () => {
        const settings = { ...environment, COATCHECK_DATABASE: join(folder, 'pruned.db') }
        const file = `${settings.COATCHECK_DATABASE}.keys`
        await start(settings, 'pruned@example.org')
        const added = key()
        writeFileSync(file, `${added} 2026-01-01T00:00:00.000Z\n${readFileSync(file, 'utf8')}`)
        assert.equal((await runCli(['keys', 'prune', '--force'], settings)).code, 0)
        await start(settings, null)
      })
    }
  })
}
