import { readdirSync, readFileSync } from 'node:fs'
import { ConfigurationError } from '../../core/errors.ts'

/** Whose SQL a migration is written in, where the shared dialect is not enough. */
export type Dialect = 'sqlite' | 'postgres'

/** One numbered migration in the SQL of one dialect: from `NNNN-name.sql`, or from `NNNN-name.<dialect>.sql`. */
export interface Migration {
  readonly version: number
  /** The file's name without dialect and `.sql`: the same for both dialects. */
  readonly name: string
  /** The oldest code, by the newest migration that it knows, that may still run once this one was applied. */
  readonly oldestReader: number
  /** One or more statements, separated by semicolons. */
  readonly sql: string
}

/** What a database notes of a migration that it has had. */
export type AppliedMigration = Pick<Migration, 'version' | 'oldestReader'>

const FOLDER = new URL('../../../migrations/', import.meta.url)
const FILE = /^(?<number>\d{4})-[a-z0-9-]+(?:\.(?<dialect>sqlite|postgres))?\.sql$/
const OLDEST_READER = /^-- Oldest reader: (\d+)\b/

/** Where a database keeps which migrations it has had. Both dialects understand it. */
export const CREATE_MIGRATIONS_TABLE = `create table if not exists schema_migrations (
  version integer not null primary key,
  name text not null,
  oldest_reader integer not null,
  applied_at bigint not null
)`

/** The migrations that a database has had, as rows for `appliedFrom`. */
export const SELECT_APPLIED = 'select version, oldest_reader from schema_migrations order by version'

/** Notes a migration: version, name, oldest reader, instant. */
export const INSERT_VERSION =
  'insert into schema_migrations (version, name, oldest_reader, applied_at) values ($1, $2, $3, $4)'

/** Reads a row of `SELECT_APPLIED`. */
export function appliedFrom(row: Readonly<Record<string, unknown>>): AppliedMigration {
  return { version: Number(row['version']), oldestReader: Number(row['oldest_reader']) }
}

/**
 * All migrations that this version of Coatcheck knows, in order: of each number the common file, or the dialect's own.
 *
 * @throws Error when the files of `folder` are no gapless series for this dialect, or one does not say its oldest reader
 */
export function readMigrations(dialect: Dialect, folder = FOLDER): readonly Migration[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql') && isFor(dialect, file))
    .toSorted()
  return files.map((file, index) => {
    const version = Number(file.slice(0, 4))
    if (version !== index + 1) throw new Error(`migrations: ${file} is not the one numbered ${index + 1} on ${dialect}`)
    const sql = readFileSync(new URL(file, folder), 'utf8')
    const oldestReader = Number(OLDEST_READER.exec(sql)?.[1])
    if (!(oldestReader >= 1 && oldestReader <= version)) {
      throw new Error(`migrations: ${file} does not begin with "-- Oldest reader: " and a number from 1 to ${version}`)
    }
    return { version, name: file.slice(0, file.indexOf('.')), oldestReader, sql }
  })
}

/**
 * The migrations that a database still lacks. There is no way back: expand first, contract in a later version.
 *
 * A database that a newer Coatcheck has migrated lacks none, and is used as long as its migrations admit this code: so
 * the nodes of a rolling upgrade restart in any order.
 *
 * @param applied what the database has had, in order
 * @throws ConfigurationError when one of them was for newer code only
 */
export function pendingMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  const oldest = Math.max(0, ...applied.map(({ oldestReader }) => oldestReader))
  if (oldest > known.length) {
    throw new ConfigurationError(
      `COATCHECK_DATABASE: its schema has version ${newestOf(applied)}, which needs a Coatcheck that knows version ` +
        `${oldest}, and this one knows ${known.length}. A newer Coatcheck has migrated it: start that one or a newer one.`,
    )
  }
  return known.slice(newestOf(applied))
}

function newestOf(applied: readonly AppliedMigration[]): number {
  return applied.at(-1)?.version ?? 0
}

function isFor(dialect: Dialect, file: string): boolean {
  const groups = FILE.exec(file)?.groups
  if (!groups) throw new Error(`migrations: ${file} is not named NNNN-name.sql, nor NNNN-name.<dialect>.sql`)
  return groups['dialect'] === undefined || groups['dialect'] === dialect
}
