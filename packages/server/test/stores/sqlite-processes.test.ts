import { deepEqual, equal } from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder(after)
const PROCESSES = 4
const PEOPLE = 100

test('an SQLite file › is created and shared by several processes at once, and each email once', async () => {
  const path = join(folder, 'shared.db')
  const children = Array.from({ length: PROCESSES }, () =>
    fork(join(import.meta.dirname, 'sqlite-process.ts'), [path, String(PEOPLE)], { stdio: 'inherit' }),
  )
  const exits = children.map((child) => once(child, 'exit'))
  await Promise.all(children.map((child) => once(child, 'message')))
  const answers = await Promise.all(
    children.map(async (child) => {
      const answered = once(child, 'message')
      child.send('go')
      const [answer] = await answered
      return answer as string[]
    }),
  )
  for (let person = 0; person < PEOPLE; person += 1) {
    const theirs = answers.map((each) => each[person] ?? 'none').toSorted()
    deepEqual(theirs, ['created', ...Array.from({ length: PROCESSES - 1 }, () => 'email-taken')])
  }
  await Promise.all(exits)
  const store = await openSqliteStore({ path })
  equal(await store.users.findTaken(`${PEOPLE - 1}@example.com`, null), 'email-taken')
  await store.close()
})
