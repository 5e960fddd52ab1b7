import { ConfigurationError } from '../core/errors.ts'
import { isPostgresUrl, NO_DATABASE } from '../open-store.ts'
import { readConfig } from '../server/config.ts'
import { readOptions } from './read-options.ts'

/** `coatcheck migrate`: brings a PostgreSQL database to this version's schema. The embedded database does so itself. */
export async function run(args: readonly string[]): Promise<void> {
  readOptions('migrate', args, [])
  const { database } = readConfig(process.env).options
  if (database === NO_DATABASE) throw new ConfigurationError('COATCHECK_DATABASE is none: there is nothing to migrate.')
  if (database === undefined || !isPostgresUrl(database)) {
    throw new ConfigurationError(
      'COATCHECK_DATABASE is no postgres:// URL; the embedded database migrates itself at start.',
    )
  }
  const { migratePostgres } = await import('../stores/postgres/migrate-postgres.ts')
  await migratePostgres(database)
  console.log('The database has the schema of this version.')
}
