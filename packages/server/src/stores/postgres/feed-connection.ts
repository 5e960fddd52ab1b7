import pg from 'pg'
import { ConfigurationError } from '../../core/errors.ts'
import type { Change } from '../../core/session/change-feed.ts'
import { changeFrom, MOST_CHANGES } from '../sql/change-row.ts'
import { type AbandonedBackends, processIdOf } from './abandoned-backends.ts'
import { connectionString, SCHEMA } from './connection-string.ts'
import { requireTrustworthy } from './server-identity.ts'

/** On which nodes tell each other that a beat would bring something. */
const CHANNEL = 'coatcheck_changes'
const CONNECT_TIMEOUT_MS = 2_000
/** A beat that takes longer than this, or than the lease, will not be waited for. */
const LEAST_BEAT_TIMEOUT_MS = 1_000
const CLOSE_TIMEOUT_MS = 500

/**
 * One statement, so one snapshot and one transaction, which has ended when it is answered: what was committed before it
 * was sent is seen, and a server that may not acknowledge writes cannot answer.
 *
 * What is new is what the last snapshot could not see: transactions from its xmax on, and those it saw under way. `since`
 * is how long ago this node's last beat was, by the server's clock: the row still has the old value in this snapshot.
 */
const BEAT = `with beat as (
  insert into nodes (id, lease_ms, beat_at) values ($1, $2, clock_timestamp())
  on conflict (id) do update set lease_ms = excluded.lease_ms, beat_at = excluded.beat_at
  returning id
)
select pg_current_snapshot()::text as snapshot,
  (select count(*)::int from beat) as beaten,
  (select extract(epoch from clock_timestamp() - beat_at)::float8 from nodes where id = $1) as since,
  current_setting('synchronous_standby_names') <> '' as synchronous,
  (select coalesce(json_agg(json_build_array(kind, id)), '[]') from (
    select distinct kind, id from (
      select kind, id from changes where xid >= $3::xid8
      union all
      select kind, id from changes where xid = any($4::xid8[])
    ) as unheard limit ${MOST_CHANGES + 1}
  ) as news) as changes`

/** What a snapshot could not see, as PostgreSQL writes it. */
export interface Snapshot {
  /** Transactions from this ID on had not begun. */
  readonly xmax: string
  /** Those before it that had not ended. */
  readonly inProgress: readonly string[]
}

/** The answer to a beat on one connection. */
export interface FeedAnswer {
  readonly snapshot: Snapshot
  /** Seconds since this node's last beat; null when there is no trace of one. */
  readonly sinceSeconds: number | null
  /** Whether the server waits for a standby before it confirms a write. */
  readonly synchronous: boolean
  readonly changes: readonly Change[]
}

/** How a feed connects. */
export interface FeedSettings {
  readonly url: string
  /** This node's own name. */
  readonly nodeId: string
  readonly leaseMs: number
  readonly abandoned: AbandonedBackends
}

/** The feed's own connection, on which nothing else happens. */
export class FeedConnection {
  readonly #client: pg.Client
  readonly #nodeId: string
  readonly #abandoned: AbandonedBackends
  /** See `ServerIdentity`. */
  readonly server: string
  #broken: Error | null = null

  /**
   * Connects, ends what this node had abandoned, and listens.
   *
   * @param events `broken` is called once, when the connection breaks by itself; `notified`, when another node has changed
   *   something
   */
  static async open(
    { url, nodeId, leaseMs, abandoned }: FeedSettings,
    events: { broken(): void; notified(): void },
  ): Promise<FeedConnection> {
    const timeoutMs = Math.max(leaseMs, LEAST_BEAT_TIMEOUT_MS)
    const client = new pg.Client({
      connectionString: connectionString(url, ['-c synchronous_commit=on']),
      application_name: 'coatcheck feed',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: timeoutMs,
      lock_timeout: timeoutMs,
      keepAlive: true,
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      const { key } = await requireTrustworthy(client, SCHEMA)
      await abandoned.end(client)
      const connection = new FeedConnection(client, nodeId, key, abandoned, events)
      await client.query(`listen ${CHANNEL}`)
      keepProcess(client, false)
      return connection
    } catch (error) {
      abandoned.add(client)
      destroy(client)
      throw error
    }
  }

  private constructor(
    client: pg.Client,
    nodeId: string,
    server: string,
    abandoned: AbandonedBackends,
    events: { broken(): void; notified(): void },
  ) {
    this.#client = client
    this.#nodeId = nodeId
    this.server = server
    this.#abandoned = abandoned
    const breakOnce = (error: Error): void => {
      if (this.#broken !== null) return
      this.#broken = error
      events.broken()
    }
    client.on('error', breakOnce)
    client.on('end', () => breakOnce(new Error('the connection ended')))
    client.on('notification', ({ processId }) => {
      // Our own changes are known here already.
      if (processId !== processIdOf(client)) events.notified()
    })
    client.on('notice', ({ routine, message }) => {
      // The beat is on this server's disk only: nobody knows whether it is still the primary.
      if (routine === 'SyncRepWaitForLSN') breakOnce(new Error(message))
    })
  }

  /** One beat. @throws the driver's errors; the connection must be closed then */
  async beat(leaseMs: number, heard: Snapshot | null): Promise<FeedAnswer> {
    const { rows } = await this.#client.query<{
      snapshot: string
      beaten: number
      since: number | null
      synchronous: boolean
      changes: readonly (readonly [string, string])[]
    }>({
      name: 'beat',
      text: BEAT,
      values: [this.#nodeId, leaseMs, heard?.xmax ?? null, heard?.inProgress ?? []],
    })
    if (this.#broken !== null) throw this.#broken
    const [row] = rows
    if (row?.beaten !== 1) throw new Error('the heartbeat was not written')
    const changes: readonly Change[] =
      row.changes.length > MOST_CHANGES
        ? [{ kind: 'everything' }]
        : row.changes.map(([kind, id]) => changeFrom(kind, id))
    return { snapshot: parseSnapshot(row.snapshot), sinceSeconds: row.since, synchronous: row.synchronous, changes }
  }

  /** Tells the other nodes that a beat would bring something: in a transaction of its own, since it locks out other commits. */
  async notify(): Promise<void> {
    await this.#client.query(`notify ${CHANNEL}`)
  }

  /** Says goodbye, and does not wait long for the answer. */
  async close(): Promise<void> {
    this.#broken ??= new Error('the feed was closed')
    keepProcess(this.#client, true)
    const ended = this.#client.end().catch(() => undefined)
    await Promise.race([ended, new Promise<void>((resolve) => void setTimeout(resolve, CLOSE_TIMEOUT_MS))])
    destroy(this.#client)
  }

  /** Lets go of a connection that broke, or that cannot be trusted any more, whatever is under way on it. */
  abandon(): void {
    this.#broken ??= new Error('the feed was given up')
    this.#abandoned.add(this.#client)
    destroy(this.#client)
  }
}

/** `xmin:xmax:xip,xip,…` @see PostgreSQL documentation, 9.27.8 (pg_snapshot) */
function parseSnapshot(text: string): Snapshot {
  const [, xmax = '', inProgress = ''] = text.split(':')
  if (!/^\d+$/.test(xmax)) throw new ConfigurationError(`PostgreSQL writes a snapshot as nobody knows it: ${text}`)
  return { xmax, inProgress: inProgress === '' ? [] : inProgress.split(',') }
}

/** What the driver has and its types do not say. */
interface DriverParts {
  readonly connection?: { readonly stream?: { destroy?: () => void } }
  ref?(): void
  unref?(): void
}

/** Whether the connection keeps the process alive: an idle feed must not. */
function keepProcess(client: pg.Client & DriverParts, kept: boolean): void {
  if (kept) client.ref?.()
  else client.unref?.()
}

/** Closes the socket without a word: a server that has stalled would not answer one. */
function destroy(client: pg.Client & DriverParts): void {
  client.connection?.stream?.destroy?.()
}
