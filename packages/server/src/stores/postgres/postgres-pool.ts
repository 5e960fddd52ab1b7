import pg, { type Pool } from 'pg'
import { AbandonedBackends } from './abandoned-backends.ts'
import { connectionString, SCHEMA } from './connection-string.ts'
import { requireTrustworthy } from './server-identity.ts'

/** Limits of the connections to PostgreSQL; each has a default that suits one node of a few. */
export interface PostgresLimits {
  /** Connections at most. 10 by default. */
  readonly maxConnections?: number
  /** Callers that may wait for a connection; one more is refused at once. 1,024 by default. */
  readonly maxWaiting?: number
  /** How long to wait for a connection. 5,000 by default. */
  readonly connectTimeoutMs?: number
  /** How long the server works on a statement before it gives up. 5,000 by default. */
  readonly statementTimeoutMs?: number
  /** How long a statement waits for a lock. 2,000 by default. */
  readonly lockTimeoutMs?: number
}

const INT8 = 20
const IDLE_TIMEOUT_MS = 60_000

/**
 * Makes a pool whose every new connection has been asked whether it may be trusted with a commit.
 *
 * The driver gives up on an answer a second after the server should have: a connection that says nothing is destroyed.
 */
export function createPool(url: string, limits: PostgresLimits, abandoned = new AbandonedBackends()): Pool {
  const { maxConnections = 10, connectTimeoutMs = 5_000, statementTimeoutMs = 5_000, lockTimeoutMs = 2_000 } = limits
  const pool = new pg.Pool({
    connectionString: connectionString(url),
    application_name: 'coatcheck',
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    allowExitOnIdle: true,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + 1_000,
    types: { getTypeParser },
    verify: (client, done) => {
      requireTrustworthy(client, SCHEMA)
        .then(() => abandoned.end(client))
        .then(() => done(), done)
    },
  })
  // A connection that breaks while nobody uses it is replaced by the next caller; unheard, the event would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** int8 as a number, for this pool only: instants and counts, all far below 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8 && format !== 'binary') return safeInteger
  return pg.types.getTypeParser(oid, 'text')
}

function safeInteger(value: string): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError('an int8 beyond 2^53')
  return number
}
