import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { normalisePassword } from '../../src/core/credential/password-rules.ts'
import { Busy } from '../../src/core/errors.ts'
import { startSignedInSession } from '../../src/core/session/start-session.ts'
import { problemIn } from '../support/browser.ts'
import { openScene, PASSWORD, type Scene } from '../support/scene.ts'
import { sendRaw, startServer, type ServerProcess } from '../support/server-process.ts'

describe('B: resource abuse', () => {
  let scene: Scene
  before(async () => (scene = await openScene('sqlite')))
  after(() => scene.close())

  test('B1 a huge password is refused unread, and never hashed', async () => {
    let hashes = 0
    const hasher = scene.core.hasher
    const { hash, verify } = hasher
    hasher.hash = (...args) => ((hashes += 1), hash.apply(hasher, args))
    hasher.verify = (...args) => ((hashes += 1), verify.apply(hasher, args))
    for (const size of [70_000, 1_000_000, 10_000_000]) {
      const body = { identifier: 'x', email: 'b1@example.org', password: 'x'.repeat(size) }
      await problemIn(await scene.browser().post('/v1/sign-in', body), 'payload-too-large')
      await problemIn(await scene.browser().post('/v1/sign-up', body), 'payload-too-large')
    }
    await problemIn(
      await scene.browser().post('/v1/sign-up', { email: 'b1@example.org', password: 'ab c'.repeat(300) }),
      'password-rejected',
    )
    assert.equal(hashes, 0)
    Object.assign(hasher, { hash, verify })
  })

  test('B1 letters under heaps of marks, whose order takes quadratic time to find, are never normalised', async () => {
    const heap = `a${'\u0315'.repeat(2_500)}${'\u0300'.repeat(2_500)} a quiet place by the sea`
    await scene.browser().signUp({ email: 'marks@example.org', password: PASSWORD })
    assert.equal(normalisePassword(heap), null)
    const body = { email: 'marks2@example.org', password: heap }
    await problemIn(await scene.browser().post('/v1/sign-up', body), 'password-rejected')
    const signIn = { identifier: 'marks@example.org', password: heap }
    await problemIn(await scene.browser().post('/v1/sign-in', signIn), 'invalid-credentials')
    assert.equal(normalisePassword('e\u0301'.repeat(100)), '\u00e9'.repeat(100), 'a mark on each letter is a language')
    const long = { identifier: 'marks@example.org', password: 'x'.repeat(7_000) }
    await problemIn(await scene.browser().post('/v1/sign-in', long), 'invalid-request')
  })

  test('a user has at most a hundred sessions, and may start as many as they like', async () => {
    const browser = scene.browser()
    await browser.signUp({ email: 'hoarder@example.org', password: PASSWORD })
    const user = await browser.view()
    const found = await scene.store.credentials.findPassword({ email: 'hoarder@example.org' })
    for (let index = 0; index < 120; index += 1) {
      await scene.clock.advance(1_000)
      const start = {
        userId: user.user?.id ?? '',
        methods: ['password'] as const,
        now: await scene.clock.now(),
        source: { address: null, userAgent: null },
      }
      await startSignedInSession(scene.core, start, {
        credentialRevision: found?.credentialRevision ?? 0,
        replaces: null,
      })
    }
    assert.equal((await scene.auth.sessions.listByUser(user.user?.id ?? '')).length, 100)
  })

  test('B1 a body without a declared length is cut off where it becomes too large', async () => {
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1
        controller.enqueue(new Uint8Array(16_384).fill(32))
      },
    })
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: endless,
      duplex: 'half',
    } as RequestInit
    await problemIn(await scene.browser().request('/v1/sign-in', init), 'payload-too-large')
    assert.ok(pulled < 10, `${pulled} chunks were read`)
  })

  test('deeply nested JSON within the limit is refused, quickly', async () => {
    for (const body of [
      `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
      `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
    ]) {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
      await problemIn(await scene.browser().request('/v1/sign-in', init), 'invalid-request')
    }
  })

  test('a full queue answers busy with Retry-After before the store is asked, and nothing is written', async () => {
    const full = await openScene('sqlite')
    full.core.hasher.requireRoom = () => {
      throw new Busy('full', 1)
    }
    for (const [path, body] of [
      ['/v1/sign-up', { email: 'busy@example.org', password: PASSWORD }],
      ['/v1/sign-in', { identifier: 'busy', password: 'x' }],
    ] as const) {
      const response = await full.browser().post(path, body)
      assert.equal(response.headers.get('retry-after'), '1')
      await problemIn(response, 'busy')
    }
    assert.equal(await full.store.users.findTaken('busy@example.org', null), null)
    await full.close()
  })

  test('a crowd of sign-ups beyond the queue is told busy; the others are served', async () => {
    const crowd = await openScene('sqlite')
    // Each from a network of its own: 1 running and 64 waiting on two cores.
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, index) =>
        crowd.auth.fetch(
          new Request('https://api.example.com/v1/sign-up', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ email: `c${index}@example.org`, password: PASSWORD }),
          }),
          { clientAddress: `203.0.113.${index}` },
        ),
      ),
    )
    const count = (status: number): number => answers.filter((answer) => answer.status === status).length
    assert.equal(count(201) + count(503), 120)
    assert.ok(count(201) >= 65 && count(503) > 0, `${count(201)} served`)
    await crowd.close()
  })

  describe('over a real socket', () => {
    const folder = mkdtempSync(join(tmpdir(), 'coatcheck-abuse-'))
    const file = join(folder, 'b.db')
    let server: ServerProcess
    before(async () => (server = await startServer({ COATCHECK_DATABASE: file })))
    after(async () => {
      await server.stop()
      rmSync(folder, { recursive: true })
    })

    const sessions = (): unknown => {
      const database = new DatabaseSync(file, { readOnly: true })
      const row = database.prepare('select count(*) as count from sessions').get()
      database.close()
      return row?.['count']
    }

    test('B5 ten thousand anonymous visits, forged cookies among them, write no row', async () => {
      const paths = ['/v1/session', '/v1/sessions', '/docs', '/healthz', '/nowhere']
      const visit = async (index: number): Promise<void> => {
        const cookie = index % 2 === 0 ? {} : { cookie: `coatcheck-${server.port}=${'A'.repeat(64)}` }
        const response = await fetch(`${server.url}${paths[index % paths.length]}`, { headers: cookie })
        assert.equal(response.headers.getSetCookie().length, 0)
        await response.arrayBuffer()
      }
      for (let start = 0; start < 10_000; start += 100) {
        await Promise.all(Array.from({ length: 100 }, (_, index) => visit(start + index)))
      }
      assert.equal(sessions(), 0)
    })

    test('B3 headers that never end, and a body that drips, are let go; others are served meanwhile', async () => {
      const start = Date.now()
      const slow = [
        'GET /v1/session HTTP/1.1\r\nHost: x\r\nX-',
        'POST /v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{',
      ]
      const drips = slow.map((head) => {
        const socket = connect(server.port, '127.0.0.1')
        socket.on('error', () => undefined).resume()
        socket.write(head)
        const timer = setInterval(() => socket.write('a'), 500)
        return new Promise<number>((resolve) => {
          socket.on('close', () => {
            clearInterval(timer)
            resolve(Date.now() - start)
          })
        })
      })
      assert.equal((await fetch(`${server.url}/v1/session`)).status, 200)
      const ended = await Promise.all(drips)
      assert.ok(
        ended.every((ms) => ms < 40_000),
        `let go after ${ended.join(' and ')} ms`,
      )
    })

    test('requests that are no HTTP, or have no sense, get a 4xx and end', async () => {
      for (const nonsense of [
        '\u0016\u0003\u0001',
        'GET\r\n\r\n',
        'GET / HTTP/9.9\r\n\r\n',
        'GET / HTTP/1.1\r\n\r\n',
        'GET /v1/session HTTP/1.1\r\nHost: a@b/?#\r\nConnection: close\r\n\r\n',
        'POST /v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        'TRACE /v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
        'CONNECT /v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
        'GET http://evil.test/v1/session\u0000 HTTP/1.1\r\nHost: x\r\n\r\n',
      ]) {
        const answer = await sendRaw(server.port, nonsense, 2_000)
        assert.match(answer, /^(?:HTTP\/1\.1 4\d\d |$)/, JSON.stringify(nonsense))
      }
      assert.equal((await fetch(`${server.url}/v1/session`)).status, 200)
    })
  })
})
