import { setTimeout as wait } from 'node:timers/promises'
import { StoreUnavailable } from '../../core/errors.ts'
import type { Beat, ChangeFeed, FeedListener } from '../../core/session/change-feed.ts'
import type { SqlDatabase } from '../sql/sql-database.ts'
import { statement } from '../sql/statement.ts'
import type { AbandonedBackends } from './abandoned-backends.ts'
import { FeedConnection, type Snapshot } from './feed-connection.ts'
import { instant, type Primary } from './primary.ts'

/** Beats this far apart count as a gap: changes are deleted an hour after every beat could hear them. */
const LONGEST_GAP_SECONDS = 600
/** Hints of a storm of changes go out together, this far apart. */
const HINT_DISTANCE_MS = 5

const LONGEST_LEASE = statement(
  'longest-lease',
  `select coalesce(max(lease_ms), 0) as lease_ms from nodes
where beat_at > clock_timestamp() - make_interval(secs => lease_ms / 500.0)`,
  [],
)

const TRIM_BATCH = 50_000
/** Where in `TRIM` the changes are deleted. */
const TRIM_CHANGES = 1

/** A change is deleted when its transaction had ended an hour ago, whenever it began. */
const TRIM = [
  statement('note-horizon', 'insert into change_horizons (xid) values (pg_snapshot_xmin(pg_current_snapshot()))', []),
  statement(
    'trim-changes',
    `delete from changes where ctid = any(array(
  select ctid from changes
  where xid < (select xid from change_horizons where at < clock_timestamp() - interval '1 hour' order by xid desc limit 1)
  order by xid limit ${TRIM_BATCH} for update skip locked
))`,
    [],
  ),
  statement('trim-horizons', "delete from change_horizons where at < clock_timestamp() - interval '2 hours'", []),
  statement('trim-nodes', "delete from nodes where beat_at < clock_timestamp() - interval '1 hour'", []),
]

/** What the feed works with besides its own connection. */
export interface FeedParts {
  readonly url: string
  /** This node's own name, random. */
  readonly nodeId: string
  readonly primary: Primary
  readonly abandoned: AbandonedBackends
  readonly database: Pick<SqlDatabase, 'read' | 'write'>
  /** The feed broke: the pool's connections may be to a server that is none any more. */
  renewPool(): void
}

/** The change feed over PostgreSQL: a heartbeat that reads by snapshot, on a connection of its own. */
export class PostgresChangeFeed implements ChangeFeed {
  readonly #parts: FeedParts
  #listener: FeedListener | null = null
  #connection: FeedConnection | null = null
  /** What the last beat on this connection could not see; null before the first. */
  #heard: Snapshot | null = null
  #hint: 'none' | 'wanted' | 'going-out' = 'none'
  #closed = false

  constructor(parts: FeedParts) {
    this.#parts = parts
    parts.primary.onDisagreement(() => this.#break('misled'))
  }

  listen(listener: FeedListener): void {
    this.#listener = listener
  }

  async beat(leaseMs: number): Promise<Beat> {
    try {
      const connection = this.#connection ?? (await this.#connect(leaseMs))
      const heard = this.#heard
      const sentAt = instant()
      const { snapshot, sinceSeconds, synchronous, changes } = await connection.beat(leaseMs, heard)
      // It broke, or was found on another server than the pool, while the answer was under way.
      if (this.#connection !== connection) throw new Error('the feed broke during its heartbeat')
      this.#parts.primary.confirm({ server: connection.server, sentAt, synchronous })
      this.#heard = snapshot
      const continuous = heard !== null && sinceSeconds !== null && sinceSeconds < LONGEST_GAP_SECONDS
      return { changes, continuous }
    } catch (cause) {
      this.#break()
      throw cause instanceof StoreUnavailable
        ? cause
        : new StoreUnavailable('The change feed broke.', { outcome: 'nothing-written', cause })
    }
  }

  hint(): void {
    if (this.#hint === 'none') void this.#sendHints()
    else this.#hint = 'wanted'
  }

  async longestLeaseMs(): Promise<number> {
    const [row] = await this.#parts.database.read(LONGEST_LEASE)
    return Number(row?.['lease_ms'] ?? 0)
  }

  async trim(): Promise<void> {
    for (let deleted = TRIM_BATCH; deleted === TRIM_BATCH && !this.#closed;) {
      const outcome = await this.#parts.database.write(TRIM)
      deleted = outcome.ok ? (outcome.counts[TRIM_CHANGES] ?? 0) : 0
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    const connection = this.#connection
    this.#connection = null
    this.#parts.primary.feedIsOn(null)
    await connection?.close()
  }

  async #connect(leaseMs: number): Promise<FeedConnection> {
    const { url, nodeId, primary, abandoned } = this.#parts
    let opened: FeedConnection | null = null
    const connection = await FeedConnection.open(
      { url, nodeId, leaseMs, abandoned },
      {
        broken: () => {
          if (opened !== null && this.#connection === opened) this.#break()
        },
        notified: () => this.#listener?.hinted(),
      },
    )
    opened = connection
    if (this.#closed) {
      await connection.close()
      throw new Error('the feed is closed')
    }
    this.#connection = connection
    this.#heard = null
    primary.feedIsOn(connection.server)
    return connection
  }

  /** Whatever went wrong: nothing is known from here on, and everything begins anew, the pool's connections included. */
  #break(how: 'broke' | 'misled' = 'broke'): void {
    const connection = this.#connection
    if (connection === null) return
    this.#connection = null
    this.#heard = null
    this.#parts.primary.feedIsOn(null)
    this.#parts.renewPool()
    connection.abandon()
    this.#listener?.[how]()
  }

  async #sendHints(): Promise<void> {
    do {
      this.#hint = 'going-out'
      try {
        await this.#connection?.notify()
      } catch {
        // A connection that broke is noticed by its own event, and by the next beat.
      }
      await wait(HINT_DISTANCE_MS, undefined, { ref: false })
    } while (this.#isHintWanted())
    this.#hint = 'none'
  }

  #isHintWanted(): boolean {
    return this.#hint === 'wanted' && !this.#closed
  }
}
