import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import { Busy, StoreUnavailable } from '../../src/core/errors.ts'
import type { SqlDatabase, UnitOutcome } from '../../src/stores/sql/sql-database.ts'
import { openSqliteDatabase } from '../../src/stores/sqlite/open-sqlite-store.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { insertUser, userIds } from './test-statements.ts'

const folder = temporaryFolder(after)
const KILOBYTE = 'x'.repeat(1_024)

testOnSmallDisk('a full disk › loses no acknowledged write, and all works again when there is room', async (disk) => {
  const database = await openSqliteDatabase({ path: join(disk, 'store.db') })
  await database.write([insertUser('before')])
  fill(disk)
  const failed = await Promise.all(Array.from({ length: 40 }, (_, n) => outcomeOf(database, `during-${n}`)))
  ok(failed.includes('unknown'), `a commit that failed must be unknown: ${failed.join()}`)
  const acknowledged = failed.flatMap((outcome, n) => (outcome === 'written' ? [`during-${n}`] : []))
  ok(acknowledged.length < 40)
  const other = new DatabaseSync(join(disk, 'store.db'), { timeout: 0 })
  other.exec('begin immediate; rollback')
  other.close()
  rmSync(join(disk, 'ballast'))
  await database.write([insertUser('z-after')])
  const found = await userIds(database)
  deepEqual(found, ['before', ...acknowledged.toSorted(), 'z-after'])
  await database.close()
  const reopened = await openSqliteDatabase({ path: join(disk, 'store.db') })
  deepEqual(await userIds(reopened), found)
  await reopened.close()
})

testOnSmallDisk('a full disk › in the middle of a group fails the whole group, with nothing written', async (disk) => {
  const database = await openSqliteDatabase({ path: join(disk, 'store.db') })
  await database.write([insertUser('before')])
  // More than SQLite keeps in memory: it must write before the commit, and gives up the transaction when it cannot.
  const large = Array.from({ length: 40 }, (_, n) => insertUser(`large-${n}`, KILOBYTE.repeat(100)))
  const outcomes = await Promise.all([
    outcomeOf(database, 'small-1'),
    database.write(large).then(
      () => 'written',
      (error: StoreUnavailable) => error.outcome,
    ),
    outcomeOf(database, 'small-2'),
  ])
  deepEqual(outcomes, ['nothing-written', 'nothing-written', 'nothing-written'])
  deepEqual(await userIds(database), ['before'])
  equal(await outcomeOf(database, 'z-after'), 'written')
  deepEqual(await userIds(database), ['before', 'z-after'])
  await database.close()
})

async function outcomeOf(database: SqlDatabase, id: string): Promise<string> {
  try {
    const outcome: UnitOutcome = await database.write([insertUser(id, KILOBYTE)])
    return outcome.ok ? 'written' : 'no row'
  } catch (error) {
    if (error instanceof StoreUnavailable) return error.outcome
    if (error instanceof Busy) return 'busy'
    throw error
  }
}

/** A test with a file system of its own that has room for little. */
function testOnSmallDisk(title: string, run: (disk: string) => Promise<void>): void {
  if (process.geteuid?.() !== 0) return
  test(title, async () => {
    const disk = mkdtempSync(join(folder, 'disk-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'pipe' })
    try {
      await run(disk)
    } finally {
      execFileSync('umount', ['--lazy', disk])
    }
  })
}

// Only root mounts: anybody else becomes root of a user namespace, and runs this file there.
if (process.geteuid?.() !== 0) {
  test('a full disk › seen by the root of a user namespace', () => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const args = ['--map-root-user', '--mount', process.execPath, ...process.execArgv, import.meta.filename]
    const { status, stdout, stderr, error } = spawnSync('unshare', args, { env, encoding: 'utf8' })
    const reason = error ? 'Without root, this test needs user namespaces (the program unshare).' : `${stdout}${stderr}`
    equal(status, 0, reason)
  })
}

/** Takes all but a few kilobytes. */
function fill(disk: string): void {
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(join(disk, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - 12_288)))
}
