import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '../stores/temporary-folder.ts'
import { openScene, PASSWORD } from '../support/scene.ts'
import { type ServerProcess, startServer } from '../support/server-process.ts'

/**
 * A proxy's rules are for paths as they are written: a limit on `/v1/sign-in`, no way to `/metrics`. What is spelled otherwise
 * is another address, and there is nothing.
 */
describe('P: no route has another name', () => {
  test('an escaped letter is not that letter', async () => {
    const scene = await openScene('sqlite')
    try {
      await scene.browser().signUp({ email: 'ann@example.org', password: PASSWORD })
      const body = { identifier: 'ann@example.org', password: PASSWORD }
      for (const path of ['/v1/sign%2din', '/v1/%73ign-in', '/v1%2Fsign-in', '/V1/sign-in', '/v1/sign-in/'])
        assert.equal((await scene.browser().post(path, body)).status, 404, path)
      for (const path of ['/v1/%73ession', '/%6detrics', '/%64ocs'])
        assert.equal((await scene.browser().get(path)).status, 404, path)
      assert.equal((await scene.browser().post('/v1/sign-in', body)).status, 200)
      assert.deepEqual(scene.failures, [])
    } finally {
      await scene.close()
    }
  })

  describe('over the wire', () => {
    const folder = temporaryFolder(after)
    let server: ServerProcess
    before(async () => {
      const COATCHECK_KEYS = randomBytes(32).toString('base64')
      server = await startServer({ COATCHECK_DATABASE: join(folder, 'spellings.db'), COATCHECK_KEYS })
    })
    after(() => server.stop())

    /** What the server says to these bytes. */
    const say = async (head: string): Promise<string> => {
      const socket = connect(server.port, '127.0.0.1')
      let answer = ''
      socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
      socket.write(`${head}\r\nConnection: close\r\n\r\n`)
      await once(socket, 'close')
      return answer
    }
    const get = (target: string, host = `localhost:${server.port}`): Promise<string> =>
      say(`GET ${target} HTTP/1.1\r\nHost: ${host}`)

    test('a path that has to be made shorter first is not found, whatever its method', async () => {
      for (const target of [
        '/v1/x/../session',
        '/v1/./session',
        '/v1/x/%2e%2e/session',
        '/v1/x/%2E./session',
        '/../v1/session',
        '//v1/session',
        `http://localhost:${server.port}/v1/x/../session`,
      ]) {
        const answer = await get(target)
        assert.match(answer, /^HTTP\/1\.1 404 /, target)
        assert.match(answer, /"code":"not-found"/, target)
      }
      for (const method of ['POST', 'DELETE', 'OPTIONS', 'TRACE'])
        assert.match(await say(`${method} /v1/x/../session HTTP/1.1\r\nHost: localhost`), /^HTTP\/1\.1 404 /, method)
    })

    test('what is written as it is, is found: with a query, and as a proxy is asked', async () => {
      for (const target of ['/v1/session', '/v1/session?a=../b%2e', `http://localhost:${server.port}/v1/session`])
        assert.match(await get(target), /^HTTP\/1\.1 200 /, target)
    })

    test('what is no host, and no address, is a problem with the headers of every answer', async () => {
      for (const [target, host] of [
        ['/healthz', 'a@b'],
        ['/healthz', 'a/b'],
      ] as const) {
        const answer = await get(target, host)
        assert.match(answer, /^HTTP\/1\.1 400 /, `${target} ${host}`)
        assert.match(answer, /"code":"invalid-request"/)
        assert.match(answer, /^cache-control: no-store\r$/im)
        assert.match(answer, /^x-content-type-options: nosniff\r$/im)
      }
    })

    test('a health check in HTTP/1.0, which names no host, is answered', async () => {
      assert.match(await say('GET /healthz HTTP/1.0'), /^HTTP\/1\.1 200 /)
    })

    test('B3 a client that takes nothing is let go within a minute', { timeout: 100_000 }, async () => {
      const socket = connect(server.port, '127.0.0.1')
      await once(socket, 'connect')
      socket.pause()
      const line = `GET /openapi.json HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`
      const gone = new Promise((resolve) => socket.on('error', resolve))
      socket.write(line.repeat(1_000))
      await sleep(65_000)
      // Nothing is read, so only a write shows that the other end is gone: it answers with a reset.
      const probe = setInterval(() => void socket.write('\r\n'), 100)
      assert.match(String(await gone), /ECONNRESET|EPIPE/)
      clearInterval(probe)
      socket.destroy()
      assert.match(await get('/healthz'), /^HTTP\/1\.1 200 /)
    })
  })
})
