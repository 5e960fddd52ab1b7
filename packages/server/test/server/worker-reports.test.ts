import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { answerWith, collectFromWorkers } from '../../src/server/worker-reports.ts'

const PRIMARY = fileURLToPath(new URL('reporting-workers.ts', import.meta.url))

interface Printed {
  readonly label: string
  readonly reports: readonly { readonly number: number }[]
  readonly ms: number
}

test('in a process without workers the reports are its own, or none', async () => {
  assert.deepEqual(await collectFromWorkers(), [])
  answerWith(() => ({ hits: 3 }))
  assert.deepEqual(await collectFromWorkers(), [{ hits: 3 }])
})

test('a worker gets the reports of all; one that is stopped is waited for a second, one that dies no longer', async () => {
  const child = spawn(process.execPath, ['--conditions=coatcheck-source', PRIMARY], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 30_000,
  })
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
  const printed = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Printed)
  const numbers = printed.map(({ label, reports }) => [
    label,
    reports.map(({ number }) => number).toSorted((a, b) => a - b),
  ])
  assert.deepEqual(numbers, [
    ['all', [1, 2]],
    ['stopped', [1]],
    ['killed', [1]],
  ])
  const [all, stopped, killed] = printed
  assert.ok((all?.ms ?? NaN) < 900, `all answered, and yet it took ${all?.ms} ms`)
  assert.ok((stopped?.ms ?? NaN) >= 900 && (stopped?.ms ?? NaN) < 1_900, `stopped: ${stopped?.ms} ms`)
  assert.ok((killed?.ms ?? NaN) < 900, `killed: ${killed?.ms} ms`)
})
