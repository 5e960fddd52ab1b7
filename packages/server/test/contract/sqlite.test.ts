import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts'
import { storeContract } from '../../src/testing/store-contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'coatcheck-contract-'))
after(() => rmSync(folder, { recursive: true }))

describe('the SQLite store', () => {
  storeContract({ test, openStore: () => openSqliteStore({ path: join(folder, 'contract.db') }) })
})
