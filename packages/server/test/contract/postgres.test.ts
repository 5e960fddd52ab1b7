import { after, before, describe, test } from 'node:test'
import { openPostgresStore } from '../../src/stores/postgres/open-postgres-store.ts'
import { storeContract } from '../../src/testing/store-contract.ts'
import { createTestDatabase, type TestDatabase } from '../stores/postgres-fixture.ts'

describe('the PostgreSQL store', () => {
  let database: TestDatabase
  before(async () => {
    database = await createTestDatabase()
  })
  after(() => database.drop())

  storeContract({ test, openStore: () => openPostgresStore({ url: database.url, migrate: true }) })
})
