import type { ClientBase } from 'pg'
import { ConfigurationError, StoreUnavailable } from '../../core/errors.ts'
import { POOLER } from './postgres-error.ts'

/** What must be known of the server at the other end of a connection before it is believed. */
export interface ServerIdentity {
  /** Tells it from a standby that was promoted, a restored copy, and itself before a restart. */
  readonly key: string
  /** Whether it waits for a standby before it acknowledges a commit. */
  readonly synchronous: boolean
}

/** Below this, PostgreSQL has no 64-bit transaction IDs, by which changes are told apart. */
const OLDEST_VERSION = 13

const IDENTIFY = `select pg_is_in_recovery() as standby,
  current_setting('server_version_num')::int / 10000 as version,
  current_setting('synchronous_commit') as commit,
  current_setting('search_path') as search_path,
  current_setting('server_encoding') as encoding,
  current_setting('synchronous_standby_names') <> '' as synchronous,
  case when pg_is_in_recovery() then null else concat_ws('/',
    (select system_identifier from pg_control_system()),
    left(pg_walfile_name(pg_current_wal_lsn()), 8),
    extract(epoch from pg_postmaster_start_time())
  ) end as key`

const identities = new WeakMap<ClientBase, ServerIdentity>()

/**
 * Asks a new connection which server it is to, and whether that may be trusted with a commit.
 *
 * @param searchPath what the connection was started with; a pooler in between may have dropped it
 * @throws ConfigurationError when the server acknowledges commits before they are on its disk, is too old, or is spoken to
 *   by way of a pooler that does not pass on how a connection is set up
 * @throws StoreUnavailable when it is a standby: what it answers may be old, and it can write nothing
 */
export async function requireTrustworthy(client: ClientBase, searchPath?: string): Promise<ServerIdentity> {
  const { rows } = await client.query<{
    standby: boolean
    version: number
    commit: string
    search_path: string
    encoding: string
    synchronous: boolean
    key: string | null
  }>(IDENTIFY)
  const [server] = rows
  if (server === undefined || server.standby || server.key === null) {
    throw new StoreUnavailable('The PostgreSQL server is a standby, or still recovering.', {
      outcome: 'nothing-written',
    })
  }
  if (server.version < OLDEST_VERSION) {
    throw new ConfigurationError(
      `COATCHECK_DATABASE: the server is PostgreSQL ${server.version}; ${OLDEST_VERSION} is the oldest that works.`,
    )
  }
  if (server.encoding !== 'UTF8') {
    throw new ConfigurationError(
      `COATCHECK_DATABASE: the database's encoding is ${server.encoding}, which has no place for every name. Make one with: create database … encoding 'UTF8' template template0`,
    )
  }
  if (server.commit === 'off') {
    throw new ConfigurationError(
      'COATCHECK_DATABASE: the server has synchronous_commit = off, and would forget acknowledged sign-ups and sign-outs ' +
        'in a crash. Set it to on for this database: alter database … set synchronous_commit = on.',
    )
  }
  if (server.commit === 'local' && server.synchronous) {
    throw new ConfigurationError(
      'COATCHECK_DATABASE: the server has synchronous_commit = local, and acknowledges sign-outs that its standby does not ' +
        'have; a failover would undo them. Set it to on for this database: alter database … set synchronous_commit = on.',
    )
  }
  if (searchPath !== undefined && server.search_path !== searchPath) {
    throw new ConfigurationError(`COATCHECK_DATABASE: ${POOLER}`)
  }
  const identity = { key: server.key, synchronous: server.synchronous }
  identities.set(client, identity)
  return identity
}

/** What `requireTrustworthy` found out about this connection. */
export function identityOf(client: ClientBase): ServerIdentity {
  const identity = identities.get(client)
  if (identity === undefined) throw new Error('unreachable: every connection is asked before it is used')
  return identity
}
