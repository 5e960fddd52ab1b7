import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import path from 'node:path'
import { describe, test } from 'node:test'
import { freePort } from '../../../tools/free-port.ts'
import { runToEnd, start, temporaryFolder } from './scene.ts'

const sentence = /^[A-Z].*[.]\n$/

describe('npm start, once installed', () => {
  test('prints both addresses, serves both origins, and hands out no file that is not the page’s', async (t) => {
    const trades = await start('start.ts')
    t.after(() => trades.stop())
    t.diagnostic(`ready after ${Math.round(trades.readyMs)} ms`)
    assert.ok(trades.output().includes(trades.apiUrl) && trades.output().includes(trades.webUrl))
    assert.equal((await fetch(`${trades.apiUrl}/healthz`)).status, 200)
    const page = await (await fetch(trades.webUrl)).text()
    assert.match(page, /<main id="main">/)
    assert.ok(page.includes(`connect-src 'self' ws: ${trades.apiUrl};`), 'the page may call the API and nobody else')
    const key = readFileSync(path.join(trades.dataFolder, 'coatcheck.db.keys'), 'utf8').trim()
    const root = path.resolve(import.meta.dirname, '../../..')
    for (const file of [path.join(trades.dataFolder, 'coatcheck.db.keys'), path.join(root, 'package.json')]) {
      for (const address of [`/@fs${file}`, `/@fs${file}?raw`, `/@fs${file}?url`, `/@fs${file}?import&raw`]) {
        const response = await fetch(trades.webUrl + address)
        assert.equal(response.status, 403, address)
        assert.ok(!(await response.text()).includes(key))
      }
    }
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`stops at ${signal} with 0 and nothing left, though a browser holds connections`, async () => {
      const trades = await start('start.ts')
      await (await fetch(trades.webUrl)).text()
      const held = connect(trades.port, '127.0.0.1')
      held.on('error', () => undefined)
      await once(held, 'connect')
      const socket = new WebSocket(trades.webUrl.replace('http', 'ws'), 'vite-ping')
      await new Promise((resolve) => {
        socket.onopen = socket.onerror = resolve
      })
      assert.equal(await trades.stop(signal), 0)
      for (const port of [trades.port, trades.webPort]) {
        const server = createServer().listen(port, '127.0.0.1')
        await once(server, 'listening')
        server.close()
      }
      held.destroy()
    })
  }

  test('says in one sentence which port is in use and which variable changes it', async (t) => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    t.after(() => taken.close())
    const port = (taken.address() as { port: number }).port
    for (const [variable, other] of [
      ['PORT', 'WEB_PORT'],
      ['WEB_PORT', 'PORT'],
    ] as const) {
      const settings = { [variable]: String(port), [other]: String(await freePort()), DATA_FOLDER: temporaryFolder() }
      const { code, stdout, stderr } = await runToEnd('start.ts', settings)
      assert.equal(code, 1)
      assert.equal(stdout, '')
      assert.match(stderr, sentence)
      assert.match(stderr, new RegExp(`Port ${port} is in use: .* ${variable}=${port + 1} npm start`))
    }
  })

  test('says in one sentence what is wrong with a setting', async () => {
    for (const [settings, said] of [
      [{ PORT: 'http' }, /^PORT is "http": write a whole number from 1 to 65535\./],
      [{ WEB_PORT: '65536' }, /^WEB_PORT is "65536"/],
      [{ SESSION_SECONDS: '-1' }, /^SESSION_SECONDS is "-1"/],
      [{ PORT: '4321', WEB_PORT: '4321' }, /^PORT and WEB_PORT are both 4321/],
    ] as const) {
      const { code, stderr } = await runToEnd('start.ts', settings)
      assert.equal(code, 1)
      assert.match(stderr, said)
      assert.match(stderr, sentence)
    }
  })

  test('says in one sentence that the data folder cannot be written', async () => {
    const folder = temporaryFolder()
    const locked = path.join(folder, 'locked')
    mkdirSync(locked)
    chmodSync(locked, 0o555)
    chmodSync(folder, 0o755)
    const file = path.join(folder, 'file')
    writeFileSync(file, '')
    const ports = { PORT: String(await freePort()), WEB_PORT: String(await freePort()) }
    const nobody = process.getuid?.() === 0 && isForEverybody(import.meta.dirname) ? { uid: 65_534, gid: 65_534 } : {}
    // root may write anywhere but where there is no folder to be made
    const refused =
      process.getuid?.() === 0 && !('uid' in nobody) ? [path.join(file, 'data')] : [locked, path.join(file, 'data')]
    for (const dataFolder of refused) {
      const { code, stderr } = await runToEnd('start.ts', { ...ports, DATA_FOLDER: dataFolder }, nobody)
      assert.equal(code, 1, stderr)
      assert.match(stderr, sentence)
      assert.ok(stderr.includes(`The data folder ${dataFolder} cannot be written`), stderr)
    }
  })
})

/** Whether another user gets as far as this folder at all. */
function isForEverybody(folder: string): boolean {
  const above = path.dirname(folder)
  return (statSync(folder).mode & 0o001) !== 0 && (above === folder || isForEverybody(above))
}
