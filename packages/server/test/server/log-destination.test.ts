import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'

const WRITER = fileURLToPath(new URL('log-writer.ts', import.meta.url))
const LINES = 500

test('a log that is closed while it is being written is written to its end, and lets the process go', async () => {
  const child = spawn(process.execPath, ['--conditions=coatcheck-source', WRITER, String(LINES)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
  })
  const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  assert.deepEqual({ code: code as unknown, signal: signal as unknown }, { code: 0, signal: null })
  assert.equal(output.split('\n').length - 1, LINES)
})
