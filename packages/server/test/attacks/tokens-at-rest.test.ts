import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { PASSWORD } from '../support/scene.ts'
import { startServer, type ServerProcess } from '../support/server-process.ts'
import { createTestDatabase, type TestDatabase } from '../stores/postgres-fixture.ts'

const KEY = Buffer.alloc(32, 5).toString('base64')

/** Signs up over HTTP and returns the token from the cookie. */
async function token(server: ServerProcess): Promise<string> {
  const body = JSON.stringify({ email: 'rest@example.org', password: PASSWORD })
  const response = await fetch(`${server.url}/v1/sign-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  assert.equal(response.status, 201)
  return /=([\w-]{64});/.exec(response.headers.getSetCookie()[0] ?? '')?.[1] ?? ''
}

/** The parts of a token that prove something, in every spelling in which they could lie in a file. */
function secretsOf(sessionToken: string): readonly Buffer[] {
  const bytes = Buffer.from(sessionToken, 'base64url')
  const secret = bytes.subarray(16, 32)
  return [
    sessionToken,
    sessionToken.slice(22, 42),
    secret,
    secret.toString('hex'),
    secret.toString('base64').slice(0, 21),
    bytes.subarray(32),
    PASSWORD,
  ].map((part) => Buffer.from(part))
}

describe('G1: what is at rest gives nobody a session', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-rest-'))
  after(() => rmSync(folder, { recursive: true }))

  test("the embedded database's files hold no token, no part of its secret, and no password", async () => {
    const server = await startServer({ COATCHECK_DATABASE: join(folder, 'g.db') })
    const sessionToken = await token(server)
    const files = readdirSync(folder).filter((name) => name.startsWith('g.db') && !name.endsWith('.keys'))
    const dump = Buffer.concat(files.map((name) => readFileSync(join(folder, name))))
    assert.ok(dump.includes('rest@example.org'), 'the dump is what it should be')
    for (const secret of secretsOf(sessionToken)) assert.equal(dump.includes(secret), false, secret.toString())
    const output = server.output()
    for (const secret of secretsOf(sessionToken))
      assert.equal(output.includes(secret.toString()), false, 'nor does the log')
    await server.stop()
  })

  describe('PostgreSQL', () => {
    let database: TestDatabase
    before(async () => (database = await createTestDatabase()))
    after(() => database.drop())

    test('no table holds a token, a part of its secret, or a password', async () => {
      const server = await startServer({ COATCHECK_DATABASE: database.url, COATCHECK_KEYS: KEY })
      const sessionToken = await token(server)
      const tables = await database.query("select tablename from pg_tables where schemaname = 'coatcheck'")
      const rows = await Promise.all(
        tables.map(({ tablename }) => database.query(`select * from coatcheck.${String(tablename)}`)),
      )
      const dump = JSON.stringify(rows)
      assert.ok(dump.includes('rest@example.org'))
      for (const secret of secretsOf(sessionToken)) assert.equal(dump.includes(secret.toString()), false)
      await server.stop()
    })
  })
})
