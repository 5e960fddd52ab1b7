import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import { checkCycles } from '../checks/cycles.ts'
import { checkDocs } from '../checks/docs.ts'
import { checkExports } from '../checks/exports.ts'
import { checkPurity } from '../checks/purity.ts'
import { checkRegistry } from '../checks/registry.ts'
import { checkSizes } from '../checks/sizes.ts'
import { makeTree } from './tree.ts'

describe('circles of imports', () => {
  const circle = (t: TestContext, last: string): string[] =>
    checkCycles(
      makeTree(t, {
        'server/src/core/a.ts': "import { b } from './b.ts'\nexport const a = b",
        'server/src/core/b.ts': "import { c } from './c.ts'\nexport const b = c",
        'server/src/core/c.ts': last,
      }),
    )

  it('are told with every file on them, once', (t) => {
    const told = ['packages/server/src has a circle of imports: core/a.ts → core/b.ts → core/c.ts → core/a.ts.']
    assert.deepEqual(circle(t, "import { a } from './a.ts'\nexport const c = a"), told)
    assert.deepEqual(circle(t, "export { a as c } from './a.ts'"), told)
    assert.deepEqual(circle(t, "export const c = await import('./a.ts')"), told)
  })

  it('exist through an inline type import too, which stays as an import of nothing', (t) => {
    assert.equal(circle(t, "import { type A } from './a.ts'\nexport const c = 1").length, 1)
  })

  it('do not exist through type-only imports', (t) => {
    assert.deepEqual(circle(t, "import type { A } from './a.ts'\nexport const c = 1"), [])
  })
})

describe('the purity of the core', () => {
  const impure = {
    'Date.now()': /a\.ts:2 uses Date\.now/,
    'Date\n.now': /uses Date\.now/,
    'new Date()': /uses new Date\(\) without an argument/,
    'new Date': /uses new Date\(\) without an argument/,
    'Date()': /uses Date\(\)/,
    'Math.random()': /uses Math\.random/,
    'performance.now()': /uses performance/,
    'process.hrtime()': /uses process\.hrtime/,
    'setTimeout(f, 1)': /uses a timer/,
    'globalThis.setInterval(f, 1)': /uses a timer/,
    'randomBytes(16)': /uses randomness/,
    'crypto.randomUUID()': /uses randomness/,
    '`${Date.now()}`': /uses Date\.now/,
  }
  for (const [code, expected] of Object.entries(impure)) {
    it(`is broken by ${JSON.stringify(code)}`, (t) => {
      const problems = checkPurity(makeTree(t, { 'server/src/core/a.ts': `// 😀\nexport const x = ${code}\n` }))
      assert.equal(problems.length, 1, problems.join('\n'))
      assert.match(problems[0] ?? '', expected)
    })
  }

  for (const code of [
    'new Date(1)',
    'new Date(now())',
    '"Date.now()"',
    '/* Date.now() */ 1',
    '`Math.random()`',
    'clock.setTimeout(f)',
    '{ setTimeout: 1 }',
    'random.randomBytes(16)',
    'new DateRange(1)',
  ]) {
    it(`is not broken by ${code}`, (t) => {
      assert.deepEqual(checkPurity(makeTree(t, { 'server/src/core/a.ts': `export const x = ${code}\n` })), [])
    })
  }

  it('is asked of the core only', (t) => {
    assert.deepEqual(checkPurity(makeTree(t, { 'server/src/server/a.ts': 'export const x = Date.now()' })), [])
  })
})

describe('sizes', () => {
  const lines = (count: number): string => 'export {}\n'.repeat(count)

  it('refuse a file of 401 lines, and let one of 400 be', (t) => {
    const { problems } = checkSizes(
      makeTree(t, { 'server/src/core/a.ts': lines(401), 'server/src/core/b.ts': lines(400) }),
    )
    assert.match(problems[0] ?? '', /core\/a\.ts has 401 lines; the limit is 400/)
    assert.ok(!problems.some((problem) => problem.includes('b.ts')))
  })

  it('refuse a median of 100 and nine in ten of 220', (t) => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`server/src/core/${i}.ts`, lines(220)]))
    const { problems, note } = checkSizes(makeTree(t, many))
    assert.match(problems.join('\n'), /median source file has 220 lines[^]*Nine in ten source files have up to 220/)
    assert.match(note ?? '', /22 files, median 220, 90 % 220, longest 220/)
  })

  it('accept a small house', (t) => {
    assert.deepEqual(checkSizes(makeTree(t, {})).problems, [])
  })
})

describe('what is published', () => {
  it('must have its source', (t) => {
    const manifest = { name: 'coatcheck', exports: { './x': { 'coatcheck-source': './src/x.ts' } } }
    const root = makeTree(t, { 'server/package.json': JSON.stringify(manifest) })
    assert.match(checkExports(root).join(), /publishes \.\/x, but packages\/server\/src\/x\.ts does not exist/)
  })

  it('must exist as built, once something was built', (t) => {
    assert.deepEqual(checkExports(makeTree(t, {})), [])
    assert.match(checkExports(makeTree(t, { 'server/dist/y.js': '' })).join(), /dist\/index\.js does not exist/)
  })

  it('must have the source of its commands', (t) => {
    const manifest = { name: 'coatcheck', bin: { coatcheck: './dist/cli/main.js' } }
    const root = makeTree(t, { 'server/package.json': JSON.stringify(manifest) })
    assert.match(checkExports(root).join(), /publishes the command coatcheck, but packages\/server\/src\/cli\/main\.ts/)
  })

  it('must be documented where it is declared', (t) => {
    const root = makeTree(t, {
      'server/src/index.ts':
        "export { a, type B as C } from './core/a.ts'\nexport * from './core/d.ts'\nimport { e } from './core/e.ts'\nexport { e }",
      'server/src/core/a.ts': '/** Says. */\nexport const a = 1\n/* not a doc comment */\nexport interface B {}',
      'server/src/core/d.ts': '/** Says. */\nconst between = 1\nexport function d() {}\nconst own = 1\nexport { own }',
      'server/src/core/e.ts':
        '/** Says. */\nexport function e(a: 1): 1\nexport function e(a: 2): 2\nexport function e(a: 1|2) { return a }',
    })
    const missing = checkDocs(root).map((problem) => /exports (\w+), which has no doc comment/.exec(problem)?.[1])
    assert.deepEqual(missing, ['C', 'd', 'own'])
  })
})

describe('registries', () => {
  it('must not be named in the lock file', (t) => {
    const root = makeTree(t, {})
    writeFileSync(`${root}/package-lock.json`, '{ "resolved": "packages/server", "link": true }')
    assert.deepEqual(checkRegistry(root, null), [])
    writeFileSync(`${root}/package-lock.json`, '{ "resolved": "https://example.org/x.tgz" }')
    assert.match(checkRegistry(root, null).join(), /package-lock\.json names a registry/)
  })

  it('of this machine must not be named in any file', (t) => {
    const root = makeTree(t, { 'server/notes.txt': 'fetched from packages.example.org:8080' })
    assert.equal(spawnSync('git', ['init', '-q'], { cwd: root }).status, 0)
    assert.match(checkRegistry(root, 'packages.example.org:8080').join(), /server\/notes\.txt names the registry/)
    assert.deepEqual(checkRegistry(root, 'other.example.org'), [])
  })
})
