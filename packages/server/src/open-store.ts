import { ConfigurationError } from './core/errors.ts'
import type { SessionKeeping, Store } from './core/store.ts'
import { keyFileOf, parseKeys, readOrMakeKeyFile, ringAt } from './key-file.ts'

/** What the choice of a database decides. */
export interface OpenedStore {
  readonly store: Store
  /** The server's keys, the current one first. */
  readonly keys: readonly Uint8Array[]
  /** The file that they are in, to follow while the server runs; null when they were given. */
  readonly keyFile: string | null
  /** False where there is none: nothing can be written down. */
  readonly hasDatabase: boolean
}

/** A database as it is written in the settings. */
export interface DatabaseSettings {
  /** A file path for the embedded database, `postgres://…`, or `none`. */
  readonly database: string
  /** Base64; undefined where they are kept beside the embedded database. */
  readonly keys: readonly string[] | undefined
  /** Whether a PostgreSQL database is brought to the newest schema at start. */
  readonly migrate: boolean
  /** How long a node trusts a heartbeat. */
  readonly leaseMs: number
  /** `stored` by default. */
  readonly sessions?: SessionKeeping
}

/** The setting by which there is no database. A file of this name is written `./none`. */
export const NO_DATABASE = 'none'

const NEEDS_KEYS =
  'COATCHECK_KEYS (keys) is required without a database: there is no place beside it to keep them. Make one with: openssl rand -base64 32'

/** Whether the setting names a PostgreSQL database rather than a file. */
export function isPostgresUrl(database: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(database)
}

/**
 * Opens the chosen store; only its code is loaded.
 *
 * @throws ConfigurationError a setting that cannot work, named
 * @throws StoreUnavailable the database does not answer
 */
export async function openStore(settings: DatabaseSettings): Promise<OpenedStore> {
  const { database, keys, migrate, leaseMs, sessions = 'stored' } = settings
  const given = keys === undefined ? null : parseKeys(keys, 'COATCHECK_KEYS')
  if (database === NO_DATABASE) {
    if (sessions !== 'sealed') {
      throw new ConfigurationError(
        'COATCHECK_DATABASE: without a database (none), sessions can only be in their cookies. Set COATCHECK_SESSIONS=sealed, or name a database.',
      )
    }
    if (given === null) throw new ConfigurationError(NEEDS_KEYS)
    const { noDatabaseStore } = await import('./stores/sealed-cookie/no-database.ts')
    return { store: noDatabaseStore(), keys: given, keyFile: null, hasDatabase: false }
  }
  if (isPostgresUrl(database)) {
    if (given === null) {
      throw new ConfigurationError(
        "COATCHECK_KEYS (keys) is required with PostgreSQL: every node needs the same keys, or each would refuse the others' sessions. Make one with: openssl rand -base64 32",
      )
    }
    const { openPostgresStore } = await import('./stores/postgres/open-postgres-store.ts')
    const store = await openPostgresStore({ url: database, migrate, leaseMs, sessions })
    return { store, keys: given, keyFile: null, hasDatabase: true }
  }
  if (/^[a-z][a-z0-9+.-]+:/i.test(database) && !/^[a-z]:[\\/]/i.test(database)) {
    throw new ConfigurationError(
      `COATCHECK_DATABASE: "${database.split(':')[0]}:" is no database this knows. Write a file path or postgres://…`,
    )
  }
  const { openSqliteStore, requireDatabasePath } = await import('./stores/sqlite/open-sqlite-store.ts')
  const path = requireDatabasePath(database)
  const ring = given ?? ringAt(readOrMakeKeyFile(path), Date.now())
  const keyFile = given === null ? keyFileOf(path) : null
  return { store: await openSqliteStore({ path, sessions }), keys: ring, keyFile, hasDatabase: true }
}
