/** One of several processes on one SQLite file: opens it when told, and signs people up. */
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts'
import { aRegistration } from '../../src/testing/contract/records.ts'

const [path = '', people = '0'] = process.argv.slice(2)
process.send?.('loaded')
process.once('message', () => void signUp())

async function signUp(): Promise<void> {
  const store = await openSqliteStore({ path })
  const answers = await Promise.all(
    Array.from({ length: Number(people) }, (_, n) =>
      store.users.register(aRegistration({ email: `${n}@example.com`, username: null })),
    ),
  )
  process.send?.(answers)
  await store.close()
  process.disconnect()
}
