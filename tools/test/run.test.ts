import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it, type TestContext } from 'node:test'

const house = path.resolve(import.meta.dirname, '../..')

/** A checkout of its own with one entry file, as if installed, or with an `npm` that says what it is told to. */
function checkout(t: TestContext, start: string, { installed = true, npm = 'exit 0' } = {}): string {
  const root = fs.mkdtempSync(path.join(tmpdir(), 'checkout-'))
  t.after(() => fs.rmSync(root, { recursive: true }))
  for (const folder of ['tools', 'examples/trades', 'bin', 'node_modules'])
    fs.mkdirSync(path.join(root, folder), { recursive: true })
  fs.copyFileSync(path.join(house, 'tools/run.cjs'), path.join(root, 'tools/run.cjs'))
  fs.cpSync(path.join(house, 'tools/run'), path.join(root, 'tools/run'), { recursive: true })
  fs.writeFileSync(path.join(root, 'examples/trades/start.ts'), start)
  const packages = installed ? {} : { 'node_modules/missing': { version: '1.0.0' } }
  fs.writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify({ packages }))
  fs.writeFileSync(path.join(root, 'node_modules/.package-lock.json'), '{"packages":{}}')
  const shell = `var r = require('child_process').spawnSync(${JSON.stringify(npm)}, { shell: true, stdio: 'inherit' })`
  fs.writeFileSync(path.join(root, 'bin/npm-cli.js'), `${shell}\nprocess.exit(r.status)\n`)
  return root
}

function environment(root: string): NodeJS.ProcessEnv {
  return { ...process.env, npm_execpath: path.join(root, 'bin/npm-cli.js'), npm_node_execpath: process.execPath }
}

function run(root: string, ...args: readonly string[]): { code: number | null; out: string; err: string } {
  const result = spawnSync(process.execPath, ['tools/run.cjs', ...args], {
    cwd: root,
    env: environment(root),
    encoding: 'utf8',
  })
  return { code: result.status, out: result.stdout, err: result.stderr }
}

describe('the task runner', () => {
  it('lists the tasks when asked for one that does not exist', (t) => {
    const { code, err } = run(checkout(t, ''), 'nonsense')
    assert.equal(code, 2)
    assert.match(err, /^There is no task "nonsense"; the tasks are: start, serve, coatcheck, test/)
  })

  it('passes arguments, the condition and the exit code on', (t) => {
    const root = checkout(t, 'console.log(process.argv.slice(2), process.env["NODE_OPTIONS"]); process.exitCode = 7')
    const { code, out } = run(root, 'start', 'a', '--b')
    assert.equal(code, 7)
    assert.match(out, /\[ 'a', '--b' \].*--conditions=coatcheck-source/)
  })

  it('says in a sentence that an entry is missing', (t) => {
    const { code, err } = run(checkout(t, ''), 'serve')
    assert.equal(code, 1)
    assert.match(err, /^This checkout has no packages\/server\/src\/cli\/main\.ts, which this task runs\.\n$/)
  })

  it('passes a signal on, and ends as its child ends', async (t) => {
    const root = checkout(
      t,
      "process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1000); console.log('up')",
    )
    const child = spawn(process.execPath, ['tools/run.cjs', 'start'], {
      cwd: root,
      env: environment(root),
      detached: true,
    })
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    assert.deepEqual(await once(child, 'exit'), [9, null])
  })

  it('reports a child that a signal ended as 128 and its number', (t) => {
    assert.equal(run(checkout(t, "process.kill(process.pid, 'SIGKILL')"), 'start').code, 137)
  })
})

describe('the installation', () => {
  it('happens once, also when several start together', async (t) => {
    const npm = 'echo x >> installs; sleep 0.3; mkdir -p node_modules'
    const root = checkout(t, "console.log('up')", { installed: false, npm })
    const children = [1, 2, 3, 4].map(() =>
      spawn(process.execPath, ['tools/run.cjs', 'start'], { cwd: root, env: environment(root) }),
    )
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number))
    assert.deepEqual(codes, [0, 0, 0, 0])
    assert.equal(fs.readFileSync(path.join(root, 'installs'), 'utf8'), 'x\n')
    assert.ok(!fs.readdirSync(root).some((name) => name.startsWith('.coatcheck-installing')))
  })

  it('takes over the lock of a process that died', (t) => {
    const root = checkout(t, "console.log('up')", { installed: false })
    const dead = spawnSync('true').pid
    fs.mkdirSync(path.join(root, `.coatcheck-installing/${dead}`), { recursive: true })
    assert.deepEqual(run(root, 'start'), { code: 0, out: 'up\n', err: 'Installing dependencies (once)…\n' })
  })

  it('happens again when the lock file changes', (t) => {
    const root = checkout(t, '', { installed: false, npm: 'echo x >> installs' })
    run(root, 'start')
    run(root, 'start')
    fs.appendFileSync(path.join(root, 'package-lock.json'), '\n')
    run(root, 'start')
    assert.equal(fs.readFileSync(path.join(root, 'installs'), 'utf8'), 'x\nx\n')
  })

  const failures: readonly (readonly [string, RegExp])[] = [
    [
      'npm error code ENOSPC',
      /^The disk is full, so dependencies cannot go into .*: free some space, and try again\.$/m,
    ],
    [
      'npm error code EACCES\nnpm error path /some/folder',
      /because \/some\/folder cannot be written: make it writable/,
    ],
    ['npm error code ENOTFOUND', /because the npm registry does not answer: check the network, and try again\.$/m],
    ['npm error something else', /npm error something else\nDependencies could not be installed: npm ci failed/],
  ]
  it('does not believe npm, which calls it a success when the disk was full', (t) => {
    const npm = "echo 'npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write' >&2"
    const { code, err } = run(checkout(t, '', { installed: false, npm }), 'start')
    assert.equal(code, 1)
    assert.match(err, /^The disk is full/m)
  })

  for (const [said, expected] of failures) {
    it(`explains ${said.split('\n')[0]}`, (t) => {
      const { code, err } = run(checkout(t, '', { installed: false, npm: `printf '${said}\n' >&2; exit 1` }), 'start')
      assert.equal(code, 1)
      assert.match(err, expected)
    })
  }
})
