import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { SessionKeeping, Store } from '../../src/core/store.ts'
import { openPostgresStore } from '../../src/stores/postgres/open-postgres-store.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts'
import { aSessionOf, register } from '../../src/testing/contract/records.ts'
import { createTestDatabase } from './postgres-fixture.ts'

interface Database {
  open(sessions: SessionKeeping): Promise<Store>
  drop(): Promise<void>
}

const DATABASES = {
  async SQLite(): Promise<Database> {
    const folder = mkdtempSync(join(tmpdir(), 'coatcheck-both-'))
    return {
      open: (sessions) => openSqliteStore({ path: join(folder, 'both.db'), sessions }),
      drop: () => Promise.resolve(rmSync(folder, { recursive: true })),
    }
  },
  async PostgreSQL(): Promise<Database> {
    const { url, drop } = await createTestDatabase()
    return { open: (sessions) => openPostgresStore({ url, migrate: true, sessions }), drop }
  },
}

for (const [name, make] of Object.entries(DATABASES)) {
  describe(`a node that seals sessions beside one that stores them, over ${name} [promise 2]`, () => {
    let database: Database
    let stored: Store
    let sealed: Store
    before(async () => {
      database = await make()
      stored = await database.open('stored')
      sealed = await database.open('sealed')
    })
    after(async () => {
      await stored?.close()
      await sealed?.close()
      await database?.drop()
    })

    test('ends a session that is a row, by its ID', async () => {
      const { session } = await register(stored)
      assert.equal(await sealed.sessions.revoke(session.id), true)
      assert.equal(await stored.sessions.find(session.id), null)
    })

    test('ends all of a user that are rows, or all but one', async () => {
      const { user, session, credentialRevision } = await register(stored)
      const other = aSessionOf(user)
      await stored.sessions.create(other, { credentialRevision, replaces: null })
      await sealed.sessions.revokeByUser(user.id, other.id)
      assert.equal(await stored.sessions.find(session.id), null)
      assert.ok(await stored.sessions.find(other.id))
      await sealed.sessions.revokeByUser(user.id)
      assert.equal(await stored.sessions.find(other.id), null)
    })

    test('leaves rows that the other deletes when their time is over', async () => {
      const { user } = await register(stored)
      const id = Buffer.alloc(16)
      id.writeUIntBE(1_000, 0, 6)
      assert.equal(await sealed.sessions.revoke(id.toString('base64url')), true)
      assert.equal(await sealed.sessions.revoke(id.toString('base64url')), false, 'it is known to be over')
      await stored.sessions.deleteExpired({ now: 2_000, idleSince: 0 }, 100)
      assert.equal(
        await sealed.sessions.revoke(id.toString('base64url')),
        false,
        'not by a clock that is ahead for a while',
      )
      assert.ok((await stored.sessions.deleteExpired({ now: 2_000 + 30 * 86_400_000, idleSince: 0 }, 100)) >= 1)
      assert.equal(await sealed.sessions.revoke(id.toString('base64url')), true, 'it was forgotten')
      assert.ok(await stored.users.find(user.id))
    })
  })
}
