import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { after, mock, test } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { openSqliteDatabase } from '../../src/stores/sqlite/open-sqlite-store.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { insertOrphan, insertUser, userIds } from './test-statements.ts'

const folder = temporaryFolder(after)
let files = 0
const newPath = () => join(folder, `${(files += 1)}.db`)

test('group commit › one operation that fails takes nothing of the others with it', async () => {
  const database = await openSqliteDatabase({ path: newPath() })
  const answers = await Promise.allSettled([
    database.write([insertUser('a')]),
    database.write([insertUser('b'), insertOrphan('nobody')]),
    database.write([insertUser('c'), insertUser('a'), insertUser('d')]),
    database.write([insertUser('e')]),
  ])
  deepEqual(answers[0], { status: 'fulfilled', value: { ok: true, counts: [1], rows: [] } })
  equal(answers[1]?.status, 'rejected')
  deepEqual(answers[2], { status: 'fulfilled', value: { ok: false, failedAt: 1 } })
  equal(answers[3]?.status, 'fulfilled')
  deepEqual(await userIds(database), ['a', 'e'])
  await database.close()
})

test('group commit › an error of SQLite is opaque, certain, and has its cause', async () => {
  const database = await openSqliteDatabase({ path: newPath() })
  await rejects(database.write([insertOrphan('nobody')]), (error: Error) => {
    equal(error.name, 'StoreUnavailable')
    equal('outcome' in error && error.outcome, 'nothing-written')
    equal(error.message, 'The database could not write.')
    match(String(error.cause), /FOREIGN KEY constraint failed/)
    return true
  })
  await database.close()
})

test('group commit › what waits while the thread is busy is committed together', async () => {
  const database = await openSqliteDatabase({ path: newPath() })
  const messages: unknown[] = []
  const postMessage = Worker.prototype.postMessage
  mock.method(Worker.prototype, 'postMessage', function spy(this: Worker, message: unknown) {
    messages.push(message)
    postMessage.call(this, message)
  })
  const first = database.write([insertUser('first')])
  await Promise.resolve()
  const rest = Array.from({ length: 40 }, (_, index) => database.write([insertUser(String(index))]))
  await Promise.all([first, ...rest])
  mock.restoreAll()
  equal(messages.length, 2)
  await database.close()
})

test('group commit › a queue that is full answers Busy, at once, and takes more when there is room', async () => {
  const database = await openSqliteDatabase({ path: newPath(), maxQueued: 3 })
  const writes = ['a', 'b', 'c', 'd'].map((id) => database.write([insertUser(id)]))
  await rejects(writes[3] ?? Promise.resolve(), { name: 'Busy', retryAfterSeconds: 1 })
  await Promise.all(writes.slice(0, 3))
  await database.write([insertUser('e')])
  deepEqual(await userIds(database), ['a', 'b', 'c', 'e'])
  await database.close()
})

test('group commit › waits for another process that writes, and gives up with nothing written', async () => {
  const path = newPath()
  const database = await openSqliteDatabase({ path, lockWaitMs: 100 })
  const other = new DatabaseSync(path)
  other.exec('begin immediate')
  const failure = { name: 'StoreUnavailable', outcome: 'nothing-written' }
  await Promise.all(['a', 'b'].map((id) => rejects(database.write([insertUser(id)]), failure)))
  deepEqual(await userIds(database), [], 'reads go on')
  other.exec('rollback')
  other.close()
  await database.write([insertUser('c')])
  deepEqual(await userIds(database), ['c'])
  await database.close()
})

test('group commit › when its thread dies, what was under way is unknown, and nothing more is taken', async () => {
  const database = await openSqliteDatabase({ path: newPath() })
  await database.write([insertUser('before')])
  mock.method(Worker.prototype, 'postMessage', function kill(this: Worker) {
    void this.terminate()
  })
  const underWay = database.write([insertUser('under-way')])
  await Promise.resolve()
  const waiting = database.write([insertUser('waiting')])
  await rejects(underWay, { name: 'StoreUnavailable', outcome: 'unknown' })
  await rejects(waiting, { name: 'StoreUnavailable', outcome: 'nothing-written' })
  mock.restoreAll()
  await rejects(database.write([insertUser('later')]), { name: 'StoreUnavailable', outcome: 'nothing-written' })
  deepEqual(await userIds(database), ['before'], 'reads go on')
  await database.close()
})
