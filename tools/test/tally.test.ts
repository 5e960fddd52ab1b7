import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it, type TestContext } from 'node:test'

const runFile = path.join(import.meta.dirname, '../runner/run-file.ts')

interface Counted {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly failures: readonly { readonly title: string; readonly text: string }[]
}

/** Runs one test file in a Node of its own, as `node:test` refuses to run tests within tests. */
function count(t: TestContext, body: string, timeoutMs = 20_000): Counted {
  const folder = mkdtempSync(path.join(tmpdir(), 'tally-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'x.test.ts')
  writeFileSync(file, `import { test, describe, it, before } from 'node:test'\n${body}\n`)
  const options = `{ root: ${JSON.stringify(folder)}, env: process.env, timeoutMs: ${timeoutMs}, colors: false, signal }`
  const script = `const { runFile } = await import(${JSON.stringify(runFile)})
    const { signal } = new AbortController()
    console.log(JSON.stringify(await runFile(${JSON.stringify(file)}, ${options})))`
  const { NODE_TEST_CONTEXT: _inner, ...env } = process.env
  writeFileSync(path.join(folder, 'run.ts'), script)
  const result = spawnSync(process.execPath, [path.join(folder, 'run.ts')], { env, encoding: 'utf8' })
  assert.equal(result.stderr, '')
  return JSON.parse(result.stdout) as Counted
}

/** What a file contains; passed, failed, skipped; and a failure's title. */
const CASES: readonly (readonly [string, string, readonly [number, number, number], string?])[] = [
  [
    'leaves, not suites',
    "describe('s', () => { it('a', () => {}); it('b', () => {}) }); test('c', () => {})",
    [3, 0, 0],
  ],
  ['subtests, not their parent', "test('p', async (t) => { await t.test('a', () => {}) })", [1, 0, 0]],
  ['a subtest that fails once', "test('p', async (t) => { await t.test('a', () => { throw 1 }) })", [0, 1, 0], 'p › a'],
  ['a parent that fails by itself', "test('p', async (t) => { await t.test('a', () => {}); throw 1 })", [1, 1, 0], 'p'],
  [
    'tests of a suite whose hook failed',
    "describe('s', () => { before(() => { throw 1 }); it('a', () => {}) })",
    [0, 1, 0],
    's',
  ],
  ['a failing suite without tests', "describe('s', () => { throw new Error('x') })", [0, 1, 0], 's'],
  [
    'skipped and to do',
    "test.skip('a', () => {}); test.todo('b'); describe.skip('s', () => { it('c', () => {}) })",
    [0, 0, 3],
  ],
  ['a file that does not load', "import './missing.ts'", [0, 1, 0], 'the file itself'],
  ['a file without tests', '', [0, 1, 0], 'the file itself'],
  ['a file that ends early', "test('a', () => {}); test('b', () => process.exit(0))", [0, 1, 0], 'the file itself'],
  ['a file that is killed', "test('a', () => process.kill(process.pid, 'SIGKILL'))", [0, 1, 0], 'the file itself'],
  ['an error after the end', "test('a', () => { setTimeout(() => { throw 1 }, 20) })", [1, 1, 0], 'the file itself'],
]

describe('the count of tests', () => {
  for (const [what, body, [passed, failed, skipped], title] of CASES) {
    it(`knows ${what}`, (t) => {
      const counted = count(t, body)
      assert.deepEqual([counted.passed, counted.failed, counted.skipped], [passed, failed, skipped])
      const titles = counted.failures.map((failure) => failure.title)
      assert.ok(title === undefined ? titles.length === 0 : titles.includes(title), titles.join())
    })
  }

  it('stops a file that never ends, and counts it as failed', (t) => {
    const counted = count(t, "test('a', () => {}); setInterval(() => {}, 1000)", 1500)
    assert.deepEqual([counted.passed, counted.failed], [1, 1])
    assert.match(counted.failures[0]?.text ?? '', /was stopped after/)
  })
})
