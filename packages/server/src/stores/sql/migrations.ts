import { readdirSync, readFileSync } from 'node:fs'
import { ConfigurationError } from '../../core/errors.ts'

/** One numbered file of `migrations/`, in the SQL that both dialects share. */
export interface Migration {
  readonly version: number
  /** The file's name without `.sql`. */
  readonly name: string
  /** One or more statements, separated by semicolons. */
  readonly sql: string
}

const FOLDER = new URL('../../../migrations/', import.meta.url)

/** Where a database keeps which migrations it has had. Both dialects understand it. */
export const CREATE_MIGRATIONS_TABLE = `create table if not exists schema_migrations (
  version integer not null primary key,
  name text not null,
  applied_at bigint not null
)`

/** The versions that a database has had. */
export const SELECT_VERSIONS = 'select version from schema_migrations order by version'

/** Notes a migration: version, name, instant. */
export const INSERT_VERSION = 'insert into schema_migrations (version, name, applied_at) values ($1, $2, $3)'

/** All migrations that this version of Coatcheck knows, in order. */
export function readMigrations(): readonly Migration[] {
  const files = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
  return files.map((file, index) => {
    const version = Number(/^(\d{4})-[a-z0-9-]+\.sql$/.exec(file)?.[1])
    if (version !== index + 1) throw new Error(`migrations: ${file} is not the one numbered ${index + 1}`)
    return { version, name: file.slice(0, -'.sql'.length), sql: readFileSync(new URL(file, FOLDER), 'utf8') }
  })
}

/**
 * The migrations that a database still lacks. There is no way back: expand first, contract in a later version.
 *
 * @param applied the versions that the database has had, in order
 * @throws ConfigurationError when the database has had more than this code knows
 */
export function pendingMigrations(known: readonly Migration[], applied: readonly number[]): readonly Migration[] {
  const newest = applied.at(-1) ?? 0
  if (newest > known.length) {
    throw new ConfigurationError(
      `COATCHECK_DATABASE: its schema has version ${newest}, and this Coatcheck knows ${known.length}. ` +
        'A newer Coatcheck has migrated it: start that one or a newer one.',
    )
  }
  return known.slice(newest)
}
