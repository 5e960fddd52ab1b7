import { deepEqual, equal } from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts'
import { done, live } from '../../src/testing/contract/data-records.ts'
import { startAnonymous } from '../../src/testing/contract/records.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('session data go with a session that is deleted by the command line, which keeps to no foreign keys', async () => {
  const path = join(temporaryFolder(after), 'data.db')
  const store = await openSqliteStore({ path })
  const commandLine = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: false })
  try {
    const [ended, kept] = [await startAnonymous(store), await startAnonymous(store)]
    for (const { id } of [ended, kept]) await done(store.data.set(live(id), 'a', '1'))
    equal(commandLine.prepare('delete from sessions where id = ?').run(ended.id).changes, 1)
    const rows = commandLine.prepare('select session_id from session_data').all()
    deepEqual(
      rows.map((row) => row['session_id']),
      [kept.id],
    )
  } finally {
    commandLine.close()
    await store.close()
  }
})
