import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { PASSWORD } from '../support/scene.ts'
import { freePort } from '../../../../tools/free-port.ts'
import { runCli, startServer } from '../support/server-process.ts'
import { createTestDatabase, type TestDatabase } from '../stores/postgres-fixture.ts'

const KEY = randomBytes(32).toString('base64')

describe('starting the server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-start-'))
  after(() => rmSync(folder, { recursive: true }))

  const refused = async (environment: Record<string, string>, words: RegExp, args = ['serve']): Promise<void> => {
    const { code, stdout, stderr } = await runCli(args, {
      COATCHECK_DATABASE: join(folder, 'refused.db'),
      PORT: String(await freePort()),
      ...environment,
    })
    assert.equal(code, 1, stderr)
    assert.match(stderr, words)
    assert.match(stderr, /^coatcheck: .+\n$/, 'one sentence, no stack')
    assert.doesNotMatch(stdout, /"listening"/)
  }

  test('a setting that cannot work is one sentence that names it, and exit code 1', async () => {
    await refused({ PORT: 'x' }, /^coatcheck: PORT: "x"/)
    await refused({ COATCHECK_URL: 'http://api.example.com' }, /COATCHECK_URL/)
    await refused({ COATCHECK_FRONTENDS: '*' }, /COATCHECK_FRONTENDS: "\*" has a wildcard/)
    await refused({ COATCHECK_SESSION_POLICY: 'absolute=10,idle=20' }, /COATCHECK_SESSION_POLICY: idle \(20 s\)/)
    await refused({ COATCHECK_KEYS: 'short' }, /COATCHECK_KEYS: key 1/)
    await refused({ COATCHECK_DATABASE: 'mysql://x/y' }, /COATCHECK_DATABASE: "mysql:"/)
    await refused(
      { COATCHECK_DATABASE: 'postgres://127.0.0.1:1/x' },
      /COATCHECK_KEYS \(keys\) is required with PostgreSQL/,
    )
    await refused({ COATCHECK_DATABASE: 'postgres://127.0.0.1:1/x', COATCHECK_KEYS: KEY }, /PostgreSQL does not answer/)
    await refused({ COATCHECK_DATABASE: 'postgres://u:s3cr#et@127.0.0.1/x', COATCHECK_KEYS: KEY }, /%23/)
    for (const none of [':memory:', `${folder}/`]) await refused({ COATCHECK_DATABASE: none }, /is no file/)
    await refused({ COATCHECK_DATABASE: folder }, /COATCHECK_DATABASE: .* is a folder/)
    await refused({ HOST: '203.0.113.1' }, /HOST: "203.0.113.1" is no address of this machine/)
    await refused({}, /There is no command "dance"/, ['dance'])
    await refused({}, /There is no command "constructor"/, ['constructor'])
    assert.equal(existsSync(join(folder, 'refused.db')), true, 'only the last but one got as far as a database')
  })

  test('a file that is no database is left as it is', async () => {
    const path = join(folder, 'notes.txt')
    writeFileSync(path, 'dear diary, '.repeat(400))
    await refused({ COATCHECK_DATABASE: path }, /notes\.txt is not an SQLite database/)
    assert.equal(existsSync(`${path}.keys`), false)
    await refused({ COATCHECK_DATABASE: path, COATCHECK_KEYS: KEY }, /notes\.txt/)
    assert.equal(readFileSync(path, 'utf8'), 'dear diary, '.repeat(400))
  })

  test('a port in use is named', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await refused({ PORT: String(port) }, new RegExp(`PORT: ${port} is in use`))
    other.close()
  })

  test("keys are made once, for their owner's eyes only; who stays signed in survives a restart", async () => {
    const database = join(folder, 'deep', 'down', 'coatcheck.db')
    const PORT = String(await freePort())
    const first = await startServer({ COATCHECK_DATABASE: database, PORT })
    assert.equal(statSync(`${database}.keys`).mode & 0o777, 0o600)
    assert.equal(statSync(database).mode & 0o777, 0o600)
    const body = JSON.stringify({ email: 'stay@example.org', password: PASSWORD })
    const signUp = await fetch(`${first.url}/v1/sign-up`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    const cookie = signUp.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    assert.equal(await first.stop(), 0)
    const second = await startServer({ COATCHECK_DATABASE: database, PORT })
    const view = await (await fetch(`${second.url}/v1/session`, { headers: { cookie } })).text()
    assert.match(view, /stay@example\.org/)
    await second.stop()
    rmSync(`${database}.keys`)
    await refused({ COATCHECK_DATABASE: database }, /key file .* is missing beside its database/)
    writeFileSync(`${database}.keys`, 'garbage\n')
    await refused({ COATCHECK_DATABASE: database }, /key 1 is not base64/)
    writeFileSync(`${database}.keys`, '')
    await refused({ COATCHECK_DATABASE: database }, /there is no key/)
  })

  test('Ctrl-C is one signal to it, though npm passes on the one that the terminal gave it too', async () => {
    const server = await startServer({ COATCHECK_DATABASE: join(folder, 'twice.db') })
    server.process.kill('SIGINT')
    // It still tells its connections to close.
    await sleep(50)
    assert.equal(await server.stop('SIGINT'), 0)
  })

  test('SIGTERM in the moment in which it says that it listens lets it end as at any other time', async () => {
    const settings = { COATCHECK_DATABASE: join(folder, 'moment.db') }
    for (let turn = 0; turn < 5; turn += 1) assert.equal(await (await startServer(settings)).stop(), 0)
  })

  test('SIGTERM lets a request under way finish, and exits with 0', async () => {
    const server = await startServer({ COATCHECK_DATABASE: join(folder, 'drain.db') })
    const body = JSON.stringify({ identifier: 'nobody', password: 'x' })
    const slow = fetch(`${server.url}/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    // Logged before the answer waits for its place on the grid.
    while (!server.output().includes('sign-in.refused')) await once(server.process.stdout ?? process, 'data')
    const code = server.stop()
    assert.equal((await slow).status, 401)
    assert.equal(await code, 0)
  })

  test('SIGTERM loses no request of clients that keep their connections', async () => {
    const server = await startServer({ COATCHECK_DATABASE: join(folder, 'kept.db') })
    const client = async (): Promise<number> => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (let answered = 1; ; answered += 1) {
        const response = await new Promise<IncomingMessage>((resolve, reject) => {
          get({ port: server.port, host: '127.0.0.1', path: '/v1/session', agent }, resolve).on('error', reject)
        })
        response.resume()
        await once(response, 'end')
        if (response.headers.connection === 'close') return answered
      }
    }
    const clients = Array.from({ length: 8 }, () => client())
    await (await fetch(`${server.url}/v1/session`)).text()
    const code = server.stop()
    for (const answered of await Promise.all(clients)) assert.ok(answered > 0)
    assert.equal(await code, 0)
  })

  test('SIGTERM does not wait for a connection that says nothing, nor for one that has been answered', async () => {
    const server = await startServer({ COATCHECK_DATABASE: join(folder, 'silent.db') })
    const silent = connect(server.port, '127.0.0.1').on('error', () => undefined)
    await once(silent, 'connect')
    await (await fetch(`${server.url}/v1/session`)).text()
    const closed = once(silent, 'close')
    const start = performance.now()
    assert.equal(await server.stop(), 0)
    assert.ok(performance.now() - start < 5_000, 'it does not wait its ten seconds')
    await closed
  })

  test('a log that nobody reads stops neither the answers nor SIGTERM', async () => {
    const server = await startServer({ COATCHECK_DATABASE: join(folder, 'stalled.db') })
    server.process.stdout?.pause().removeAllListeners('data')
    const cookie = `coatcheck-${server.port}=${'A'.repeat(64)}`
    for (let index = 0; index < 1_000; index += 1) {
      const response = await fetch(`${server.url}/v1/session`, { headers: { cookie } })
      assert.equal(response.status, 200)
      await response.text()
    }
    const start = performance.now()
    assert.equal(await server.stop(), 0)
    assert.ok(performance.now() - start < 5_000)
  })

  test('readyz says 503 when another process holds the database, and 200 again afterwards', async () => {
    const database = join(folder, 'held.db')
    const server = await startServer({ COATCHECK_DATABASE: database })
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200)
    const other = new DatabaseSync(database)
    other.exec('begin immediate')
    assert.equal((await fetch(`${server.url}/readyz`)).status, 503)
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
    other.exec('rollback')
    other.close()
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200)
    await server.stop()
  })

  test('help says what there is', async () => {
    const { code, stdout } = await runCli(['--help'], {})
    assert.equal(code, 0)
    for (const word of ['serve', 'migrate', 'COATCHECK_FRONTENDS']) assert.ok(stdout.includes(word))
  })

  describe('on PostgreSQL', () => {
    let database: TestDatabase
    before(async () => (database = await createTestDatabase()))
    after(() => database.drop())

    test('in production it does not migrate by itself: coatcheck migrate does, twice without harm', async () => {
      const settings = { COATCHECK_DATABASE: database.url, COATCHECK_KEYS: KEY, NODE_ENV: 'production' }
      await refused(settings, /coatcheck migrate/)
      for (let round = 0; round < 2; round += 1) {
        const { code, stdout, stderr } = await runCli(['migrate'], settings)
        assert.equal(code, 0, stderr)
        assert.match(stdout, /has the schema of this version/)
      }
      const server = await startServer(settings)
      assert.equal((await fetch(`${server.url}/readyz`)).status, 200)
      await server.stop()
    })

    test('a database that cannot be reached is one sentence', async () => {
      const { code, stderr } = await runCli(['migrate'], {
        COATCHECK_DATABASE: 'postgres://127.0.0.1:1/x',
        COATCHECK_KEYS: KEY,
      })
      assert.equal(code, 1)
      assert.match(stderr, /^coatcheck: .+\n$/)
      await refused({}, /embedded database migrates itself/, ['migrate'])
    })
  })

  test('a folder that may not be written is named', async (context) => {
    if (process.getuid?.() === 0) {
      // Root may write anywhere: a folder under a file is what even root cannot make.
      writeFileSync(join(folder, 'file'), '')
      await refused({ COATCHECK_DATABASE: join(folder, 'file', 'x.db') }, /file/)
      context.diagnostic('run as root: tried with a folder that cannot exist')
      return
    }
    mkdirSync(join(folder, 'sealed'), { mode: 0o500 })
    await refused({ COATCHECK_DATABASE: join(folder, 'sealed', 'x.db') }, /sealed/)
  })
})
