import { spawn } from 'node:child_process'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

test('the lines of the README that protect a route do so', async () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const code = /## Protect a route\n\n```ts\n([^`]+(?:`[^`]*`[^`]*)*?)```/.exec(readme)?.[1] ?? ''
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-readme-'))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const args = [
    '--conditions=coatcheck-source',
    '--input-type=module-typescript',
    '--eval',
    code.replaceAll('4000', String(port)),
  ]
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] })
  const ended = once(child, 'exit')
  try {
    const url = `http://localhost:${port}`
    await answering(url)
    const origin = { origin: 'http://localhost:5173', 'content-type': 'application/json' }
    const refused = await fetch(`${url}/secret`, { headers: origin })
    assert.equal(refused.status, 401)
    assert.equal(refused.headers.get('access-control-allow-origin'), 'http://localhost:5173')
    const body = JSON.stringify({ email: 'ada@example.com', password: 'a quiet place by the sea' })
    const signUp = await fetch(`${url}/v1/sign-up`, { method: 'POST', headers: origin, body })
    assert.equal(signUp.status, 201)
    const cookie = signUp.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const table = await fetch(`${url}/secret`, { headers: { ...origin, cookie } })
    assert.deepEqual(await table.json(), { table: 'for ada@example.com only' })
  } finally {
    child.kill()
    await ended
    rmSync(folder, { recursive: true })
  }
})

async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const answer = await fetch(`${url}/healthz`).catch(() => null)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the lines of the README did not start a server')
}
