import { deepEqual, equal, throws } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type Dialect, pendingMigrations, readMigrations } from '../../src/stores/sql/migrations.ts'

const folder = mkdtempSync(join(tmpdir(), 'coatcheck-migrations-'))
after(() => rmSync(folder, { recursive: true }))

/** A folder with these files, each of one line. */
function folderOf(files: Readonly<Record<string, string>>): URL {
  const made = mkdtempSync(join(folder, 'files-'))
  for (const [name, line] of Object.entries(files)) writeFileSync(join(made, name), `${line}\n`)
  return pathToFileURL(`${made}/`)
}

test('migrations › are the same series for both dialects', () => {
  const series = (dialect: Dialect) => readMigrations(dialect).map(({ sql: _, ...rest }) => rest)
  deepEqual(series('sqlite'), series('postgres'))
  equal(series('sqlite')[0]?.name, '0001-users-and-sessions')
})

test('migrations › of one number are a common file, or one of each dialect', () => {
  const files = folderOf({
    '0001-first.sql': '-- Oldest reader: 1',
    '0002-second.sqlite.sql': '-- Oldest reader: 1, lite',
    '0002-second.postgres.sql': '-- Oldest reader: 1, post',
    '0003-third.sql': '-- Oldest reader: 2',
  })
  for (const [dialect, own] of [
    ['sqlite', '-- Oldest reader: 1, lite\n'],
    ['postgres', '-- Oldest reader: 1, post\n'],
  ] as const) {
    deepEqual(readMigrations(dialect, files), [
      { version: 1, name: '0001-first', oldestReader: 1, sql: '-- Oldest reader: 1\n' },
      { version: 2, name: '0002-second', oldestReader: 1, sql: own },
      { version: 3, name: '0003-third', oldestReader: 2, sql: '-- Oldest reader: 2\n' },
    ])
  }
})

test('migrations › that are no gapless series, or do not say whom they admit, are refused', () => {
  const admits = '-- Oldest reader: 1'
  for (const [files, sentence] of [
    [{ '0002-second.sql': admits }, /is not the one numbered 1/],
    [{ '0001-first.sql': admits, '0001-other.sql': admits }, /0001-other.sql is not the one numbered 2/],
    [{ '0001-first.sql': admits, '0001-first.sqlite.sql': admits }, /is not the one numbered 2 on sqlite/],
    [{ '0001-first.postgres.sql': admits, '0002-second.sql': admits }, /0002-second.sql is not .* 1 on sqlite/],
    [{ '0001-first.mysql.sql': admits }, /is not named/],
    [{ '1-first.sql': admits }, /is not named/],
    [{ '0001-first.sql': 'create table x (id text)' }, /does not begin with "-- Oldest reader/],
    [{ '0001-first.sql': '-- Oldest reader: 2' }, /a number from 1 to 1/],
    [{ '0001-first.sql': '-- Oldest reader: 0' }, /a number from 1 to 1/],
  ] as const) {
    throws(() => readMigrations('sqlite', folderOf(files)), sentence)
  }
})

test('migrations › that a database lacks are those behind its newest; newer code’s count if they admit this', () => {
  const known = [1, 2, 3].map((version) => ({ version, name: `000${version}-x`, oldestReader: 1, sql: '' }))
  const lacking = (...applied: readonly (readonly [number, number])[]) =>
    pendingMigrations(
      known,
      applied.map(([version, oldestReader]) => ({ version, oldestReader })),
    ).map(({ version }) => version)
  deepEqual(lacking(), [1, 2, 3])
  deepEqual(lacking([1, 1]), [2, 3])
  deepEqual(lacking([1, 1], [2, 1], [3, 2]), [])
  deepEqual(lacking([1, 1], [2, 1], [3, 2], [4, 3], [5, 1]), [], 'upgraded twice, and this code is admitted still')
  throws(() => lacking([1, 1], [2, 1], [3, 2], [4, 4]), { name: 'ConfigurationError' })
  throws(
    () => lacking([1, 1], [2, 1], [3, 2], [4, 4], [5, 1]),
    /version 5, which needs a Coatcheck that knows version 4/,
  )
})
