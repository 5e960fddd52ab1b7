import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Whether something listens there and answers. */
async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    (response) => response.ok,
    () => false,
  )
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await condition()) return
    await wait(100)
  }
  throw new Error(`20 s passed, and it is not so that ${what}`)
}

test('SIGTERM to npm, which tells only its shell, still stops the server', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-npm-'))
  const port = await freePort()
  // The server takes no settings that it does not know; the tests' own are not for it.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('COATCHECK_'))
  const env = { ...Object.fromEntries(inherited), PORT: String(port), COATCHECK_DATABASE: join(folder, 'npm.db') }
  const npm = spawn('npm', ['run', 'serve'], { cwd: ROOT, env, stdio: 'ignore', detached: true })
  const ended = once(npm, 'exit')
  try {
    await until(() => answers(port), 'the server answers')
    npm.kill('SIGTERM')
    await ended
    await until(async () => !(await answers(port)), 'the server has stopped')
    assert.equal(await answers(port), false)
  } finally {
    // What is left of the group, if the test failed.
    if (npm.pid !== undefined && (await answers(port))) process.kill(-npm.pid, 'SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
})
