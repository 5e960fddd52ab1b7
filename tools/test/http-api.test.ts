import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, test } from 'node:test'
import { startServer } from '../../packages/server/test/support/server-process.ts'
import { EXAMPLE_SERVER, exampleCommands, HTTP_API_PAGE, httpApiPage } from '../http-api.ts'

const root = path.resolve(import.meta.dirname, '../..')

describe('the page of the HTTP API', () => {
  test('is what the route table says now', () => {
    const committed = readFileSync(path.join(root, HTTP_API_PAGE), 'utf8')
    assert.equal(committed, httpApiPage(), `${HTTP_API_PAGE} is out of date: run "npm run build".`)
  })

  test('has an example of every route, and each is answered as its row says', async (t) => {
    if (spawnSync('curl', ['--version']).status !== 0) return t.skip('there is no curl to run them with')
    const folder = mkdtempSync(path.join(tmpdir(), 'http-api-'))
    const server = await startServer({ COATCHECK_DATABASE: path.join(folder, 'coatcheck.db') })
    t.after(async () => {
      await server.stop()
      rmSync(folder, { recursive: true })
    })
    const run = (command: string): { readonly status: number; readonly body: string } => {
      const line = `${command.replaceAll(EXAMPLE_SERVER, server.url)} --silent --write-out '\\n%{http_code}'`
      const { stdout } = spawnSync('sh', ['-c', line], {
        cwd: folder,
        env: { ...process.env, ...session },
        encoding: 'utf8',
      })
      const end = stdout.lastIndexOf('\n')
      return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) }
    }
    let session = {}
    const commands = exampleCommands()
    const signIn = commands.find(({ route }) => route.path === '/v1/sign-in')?.command ?? ''
    for (const { route, command } of commands) {
      // Signed in anew each time, as one example ends the session of the next.
      if (!route.path.endsWith('/sign-up')) {
        const { body } = run(signIn)
        session = { SESSION_ID: (JSON.parse(body) as { session: { id: string } }).session.id }
      }
      const { status, body } = run(command)
      assert.ok(status < 300 && String(status) in route.answers, `${command}\n${status} ${body}`)
    }
    return undefined
  })
})
