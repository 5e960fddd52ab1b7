/**
 * Runs the tests: `npm test [-- <file or part of a path>…]`, `npm run torture`.
 *
 * Starts what they need (a PostgreSQL of our own, a Chromium), and leaves nothing behind. The last line is
 * `N passed, N failed`; how many were skipped is said before.
 */
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, constants, tmpdir } from 'node:os'
import path from 'node:path'
import { requireChromium } from './chromium.ts'
import { guardFolder } from './postgres-guard.ts'
import { startPostgres, type TestPostgres } from './postgres.ts'
import { endLeaks, MARK, MARK_FILE } from './runner/leaks.ts'
import { describeRun, summaryLine } from './runner/report.ts'
import { runFile } from './runner/run-file.ts'
import { selectFiles } from './runner/select-files.ts'

const MINUTE_MS = 60_000
const FILE_MS = 10 * MINUTE_MS
const TORTURE_MS = 24 * 60 * MINUTE_MS
const LEAK_PATIENCE_MS = 5_000

const root = path.resolve(import.meta.dirname, '..')
const torture = process.argv.includes('--torture')
const wanted = process.argv.slice(2).filter((argument) => argument !== '--torture')
const totals = { passed: 0, failed: 0, skipped: 0 }
const stopping = new AbortController()
let exitCode = 0

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    exitCode = 128 + constants.signals[signal]
    stopping.abort()
  })
}

/** The developer's own settings of Coatcheck must not change what the tests see. */
function forgetSettings(): void {
  for (const name of Object.keys(process.env)) {
    if (/^(COATCHECK_(?!TEST_CHROMIUM$)\w*|PORT|HOST|NODE_TEST_CONTEXT)$/.test(name)) delete process.env[name]
  }
}

async function runAll(files: readonly string[], folder: string): Promise<void> {
  const queue = files.values()
  let number = 0
  const worker = async (): Promise<void> => {
    for (const file of queue) {
      if (stopping.signal.aborted) return
      const temporary = path.join(folder, String((number += 1)))
      mkdirSync(temporary)
      chmodSync(temporary, 0o711) // PostgreSQL's user passes through it
      const env = { ...process.env, TMPDIR: temporary, [MARK_FILE]: path.relative(root, file) }
      const timeoutMs = torture ? TORTURE_MS : FILE_MS
      const colors = process.stdout.isTTY
      const result = await runFile(file, { root, env, timeoutMs, colors, signal: stopping.signal })
      console.log(describeRun(root, result))
      totals.passed += result.passed
      totals.failed += result.failed
      totals.skipped += result.skipped
      rmSync(temporary, { recursive: true, force: true })
    }
  }
  const workers = Math.min(Math.max(availableParallelism(), 1), 4)
  await Promise.all(Array.from({ length: workers }, worker))
}

async function main(): Promise<void> {
  forgetSettings()
  const files = selectFiles(root, wanted, torture)
  if (files.length === 0) {
    console.log(wanted.length > 0 ? `No test file matches ${wanted.join(' ')}.` : 'There are no test files.')
    return
  }
  const mark = randomUUID()
  process.env[MARK] = mark
  if (torture) process.env['COATCHECK_TORTURE'] = '1'
  process.env['COATCHECK_TEST_CHROMIUM'] = requireChromium()
  const folder = mkdtempSync(path.join(tmpdir(), 'coatcheck-test-'))
  chmodSync(folder, 0o711)
  const guard = guardFolder(folder)
  let postgres: TestPostgres | undefined
  try {
    postgres = await startPostgres()
    process.env['COATCHECK_TEST_POSTGRES'] = postgres.url
    await runAll(files, folder)
  } finally {
    await postgres?.stop()
    guard.end()
    const leaks = await endLeaks(mark, LEAK_PATIENCE_MS)
    for (const { pid, command, from } of leaks) console.log(`Left behind by ${from}: process ${pid}, ${command}`)
    if (leaks.length > 0) exitCode ||= 1
    rmSync(folder, { recursive: true, force: true })
  }
}

try {
  await main()
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error))
  exitCode ||= 1
}
if (totals.passed + totals.failed === 0 && exitCode === 0) {
  console.log('No test ran, so nothing was shown to work.')
  exitCode = 1
}
if (stopping.signal.aborted) console.log('Stopped before the end.')
if (totals.skipped > 0) console.log(`${totals.skipped} skipped; each says why.`)
console.log(summaryLine({ ...totals, skipped: 0 }))
process.exit(totals.failed > 0 ? exitCode || 1 : exitCode)
