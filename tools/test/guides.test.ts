import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** The names of the members of an interface, as they are declared: two spaces in, or four where `members` are inside one. */
function membersOf(source: string, name: string, indent = 2): readonly string[] {
  const body = new RegExp(`${name}[^\\n]*\\{\\n([\\s\\S]+?)\\n {${indent - 2}}\\}`).exec(source)?.[1] ?? ''
  const found = [...body.matchAll(new RegExp(`^ {${indent}}(?:readonly )?(\\w+)\\??[:(<]`, 'gm'))]
  const names = found.map(([, member = '']) => member)
  assert.ok(names.length > 0, `no members of ${name} were found`)
  return names
}

/** Those that have no row in a table of the text: in the first cell, as code. */
function missingFrom(text: string, names: readonly string[]): readonly string[] {
  const cells = [...text.matchAll(/^\| (`.+?) \|/gm)].map(([, cell = '']) => cell)
  const rows = new Set(cells.flatMap((cell) => cell.replaceAll(/\([^)]*\)/g, '').match(/\w+/g) ?? []))
  return names.filter((name) => !rows.has(name))
}

const library = read('docs/guide/library.md')
const client = read('docs/guide/client.md')

test('the page of the library tells every option', () => {
  const source = read('packages/server/src/options.ts')
  assert.deepEqual(missingFrom(library, membersOf(source, 'interface CoatcheckOptions')), [])
})

for (const name of ['Auth', 'AuthSessions', 'AuthUsers']) {
  test(`the page of the library tells every method of ${name}`, () => {
    const source = read('packages/server/src/auth.ts')
    assert.deepEqual(missingFrom(library, membersOf(source, `interface ${name}\\b`)), [])
  })
}

test('the page of the client tells every call and every option', () => {
  const source = read('packages/client/src/create-client.ts')
  const options = /createClient\(\{ ([^}]+) \}\)` \|/.exec(client)?.[1]?.replaceAll('?', '').split(', ')
  assert.deepEqual(options, membersOf(source, 'interface ClientOptions'))
  const members = [
    ...membersOf(source, 'interface Client\\b'),
    ...membersOf(source, '  readonly session:', 4),
    ...membersOf(source, '  readonly sessions:', 4),
  ]
  assert.deepEqual(missingFrom(client, members), [])
})

test('the README and the help tell every setting', () => {
  const known = /const KNOWN = \[([^\]]+)\]/.exec(read('packages/server/src/server/config.ts'))?.[1] ?? ''
  const settings = new Set(known.match(/COATCHECK_[A-Z_]+/g))
  assert.ok(settings.size > 5)
  for (const path of ['README.md', 'packages/server/src/cli/help.ts']) {
    const text = read(path)
    assert.deepEqual(
      [...settings].filter((setting) => !text.includes(setting)),
      [],
      path,
    )
  }
})

/** The settings of Node that change what the server does. */
test('the README tells the settings that are not its own', () => {
  assert.deepEqual(missingFrom(read('README.md'), ['NODE_ENV', 'UV_THREADPOOL_SIZE']), [])
})
