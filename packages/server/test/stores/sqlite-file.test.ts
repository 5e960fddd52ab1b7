import { deepEqual, equal, match, ok, rejects, throws } from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts'
import { openWriter, requireWriteAheadLog } from '../../src/stores/sqlite/sqlite-connection.ts'
import { requireDatabaseFile, requireDatabasePath } from '../../src/stores/sqlite/sqlite-file.ts'
import { anAnonymousSession } from '../../src/testing/contract/records.ts'

const folder = mkdtempSync(join(tmpdir(), 'coatcheck-sqlite-file-'))
after(() => rmSync(folder, { recursive: true }))

const refused = (path: string, sentence: RegExp) =>
  rejects(openSqliteStore({ path }), (error: Error) => {
    equal(error.name, 'ConfigurationError')
    match(error.message, /^COATCHECK_DATABASE: /)
    match(error.message, sentence)
    return true
  })

test('an SQLite file › and all beside it are made for their owner only', async () => {
  const path = join(folder, 'deep', 'er', 'modes.db')
  const store = await openSqliteStore({ path })
  await store.sessions.create(anAnonymousSession(), { credentialRevision: null, replaces: null })
  for (const file of [path, `${path}-wal`, `${path}-shm`]) equal(statSync(file).mode & 0o777, 0o600, file)
  for (const made of ['deep', 'deep/er']) equal(statSync(join(folder, made)).mode & 0o777, 0o700)
  await store.close()
  equal(existsSync(`${path}-wal`), false, 'closing folds the log into the file')
})

test('an SQLite file › is logged ahead, synced at each commit, and keeps its references', () => {
  const path = requireDatabaseFile(join(folder, 'pragmas.db'))
  const writer = openWriter(path, 100)
  const pragma = (name: string) => writer.prepare(`pragma ${name}`).get()?.[name]
  equal(pragma('journal_mode'), 'wal')
  equal(pragma('synchronous'), 2, 'FULL')
  equal(pragma('foreign_keys'), 1)
  writer.close()
})

test('an SQLite file › is not a folder', () => refused(folder, /is a folder/))

test('an SQLite file › is not inside a file', async () => {
  writeFileSync(join(folder, 'file'), '')
  await refused(join(folder, 'file', 'x.db'), /part of its path is a file/)
})

test('an SQLite file › is not something else', async () => {
  const path = join(folder, 'letter.txt')
  writeFileSync(path, 'Dear reader, this is no database.\n'.repeat(100))
  await refused(path, /is not an SQLite database/)
})

test('an SQLite file › is not in memory, which forgets', async () => {
  await refused(':memory:', /forgets everybody/)
})

test('an SQLite file › has a name', async () => {
  await refused('', /"" is no file/)
  await refused(`${folder}/`, /is no file/)
})

test('a path › is judged before anything is created', () => {
  const empty = mkdtempSync(join(folder, 'judged-'))
  const path = join(empty, 'deep', 'new.db')
  equal(requireDatabasePath(path), path)
  equal(requireDatabasePath('some.db'), join(process.cwd(), 'some.db'))
  deepEqual(readdirSync(empty), [])
  writeFileSync(join(empty, 'empty.db'), '')
  writeFileSync(join(empty, 'letter.txt'), 'Dear reader')
  new DatabaseSync(join(empty, 'theirs.db')).exec('create table theirs (id text)')
  for (const good of ['empty.db', 'theirs.db']) equal(requireDatabasePath(join(empty, good)), join(empty, good))
  for (const [bad, sentence] of [
    ['', /"" is no file/],
    [':memory:', /forgets everybody/],
    [`${empty}/`, /is no file/],
    [empty, /is a folder/],
    [join(empty, 'letter.txt'), /is not an SQLite database/],
    [join(empty, 'letter.txt', 'x.db'), /part of its path is a file/],
  ] as const) {
    throws(() => requireDatabasePath(bad), { name: 'ConfigurationError', message: sentence })
  }
  deepEqual(readdirSync(empty).toSorted(), ['empty.db', 'letter.txt', 'theirs.db'])
})

test('an SQLite file › that this user may not write is refused', async () => {
  const locked = join(folder, 'locked')
  mkdirSync(locked)
  const path = join(locked, 'theirs.db')
  writeFileSync(path, '')
  chmodSync(path, 0o444)
  chmodSync(locked, 0o555)
  chmodSync(folder, 0o755)
  await asNobody(async () => {
    await refused(path, /may not be opened by this user/)
    await refused(join(locked, 'new.db'), /may not be opened by this user/)
    await refused(join(locked, 'new', 'new.db'), /may not be opened by this user/)
  })
  chmodSync(locked, 0o755)
})

test('an SQLite file › whose folder cannot hold its log is refused', async () => {
  const locked = join(folder, 'no-log')
  mkdirSync(locked)
  const path = join(locked, 'mine.db')
  writeFileSync(path, '')
  chmodSync(path, 0o666)
  chmodSync(locked, 0o555)
  await asNobody(() => refused(path, /right to write/))
  chmodSync(locked, 0o755)
})

test('an SQLite file › on a disk without a write-ahead log is refused', () => {
  const database = new DatabaseSync(':memory:')
  let message = ''
  try {
    requireWriteAheadLog(database, 100)
  } catch (error) {
    message = error instanceof Error ? error.message : ''
  }
  database.close()
  match(message, /^COATCHECK_DATABASE: .* network file system/)
})

test('an SQLite file › that another process is creating is waited for, as long as is set', async () => {
  const path = join(folder, 'contended.db')
  const other = new DatabaseSync(path)
  // Without the write-ahead log SQLite does not wait here by itself: it fails at once.
  other.exec('create table theirs (id text); begin immediate')
  const began = performance.now()
  await rejects(openSqliteStore({ path, lockWaitMs: 800 }), { name: 'StoreUnavailable', outcome: 'nothing-written' })
  ok(performance.now() - began >= 800)
  other.exec('rollback')
  other.close()
  await (await openSqliteStore({ path })).close()
})

test('an SQLite file › that a newer Coatcheck has migrated is used if that admits this one, else left alone', async () => {
  const path = join(folder, 'newer.db')
  await (await openSqliteStore({ path })).close()
  const migrated = (values: string) => {
    const database = new DatabaseSync(path)
    database.exec(`insert into schema_migrations values (${values})`)
    database.close()
  }
  migrated("9998, '9998-of-tomorrow', 1, 0")
  await (await openSqliteStore({ path })).close()
  migrated("9999, '9999-of-the-day-after', 9998, 0")
  await refused(path, /schema has version 9999, which needs a Coatcheck that knows version 9998/)
})

/** Runs something without root's right to write everywhere. */
async function asNobody(run: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return run()
  process.seteuid?.(65_534)
  try {
    await run()
  } finally {
    process.seteuid?.(0)
  }
}
