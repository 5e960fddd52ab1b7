import { nodeStopped } from './crash-faults.ts'
import type { Violation } from './judge.ts'
import type { Edit } from './mutant-copy.ts'
import { feedCut, feedDelayed, feedSilent, storeDelayed } from './network-faults.ts'
import { REVIVING_TOUCH, UNTIED_CHANGE_ROWS } from './mutant-stores.ts'
import type { SessionKeeping } from '../../../src/core/store.ts'
import type { Scenario } from './scenario.ts'

/** A Coatcheck that is broken on purpose, and where that shows. */
export interface Mutant {
  readonly name: string
  readonly edits: readonly Edit[]
  readonly scenario: Scenario
  /** What the checker must say of it, or one of these. */
  readonly kinds: readonly Violation['kind'][]
  readonly environment?: Readonly<Record<string, string>>
  /** Two nodes show most of it, and start sooner. */
  readonly nodes?: readonly string[]
  readonly sessions?: SessionKeeping
}

/** L of the mutants' servers. */
export const MUTANT_LEASE_MS = 500

const LEASED = 'src/core/session/leased-sessions.ts'
const LEASE = 'src/core/session/lease.ts'
const KEEPER = 'src/lease-keeper.ts'
const FEED = 'src/stores/postgres/feed-connection.ts'

const NOTHING: Scenario = { name: 'nothing goes wrong' }
/** A use is written when the last is 6 s old, within a second: late, and behind the revocation. */
const LATE_TOUCHES = { COATCHECK_SESSION_POLICY: 'absolute=3600,idle=60' }

/** What is kept in memory, and who may be given it. */
export const MEMORY_MUTANTS: readonly Mutant[] = [
  {
    name: 'the mark of a fill is ignored: a read that a change has overtaken is kept',
    edits: [{ file: LEASED, find: '      this.counts.spoiled += 1\n      return\n', replace: '' }],
    scenario: storeDelayed,
    kinds: ['same-node', 'late'],
  },
  {
    name: 'a check joins a spoiled read',
    edits: [
      { file: LEASED, find: 'const REREAD_MS', replace: 'const spoiled = new WeakSet<Read>()\nconst REREAD_MS' },
      {
        file: LEASED,
        find: '        this.#reads.delete(change.id)\n',
        replace: '        for (const [id, read] of this.#reads) if (id === change.id) spoiled.add(read)\n',
      },
      {
        file: LEASED,
        find: '        this.#reads.clear()\n        return\n',
        replace: '        for (const read of this.#reads.values()) spoiled.add(read)\n        return\n',
      },
      { file: LEASED, find: 'if (found !== null && ', replace: 'if (found !== null && !spoiled.has(read) && ' },
    ],
    scenario: storeDelayed,
    kinds: ['same-node'],
  },
  {
    name: 'a change of a whole user is ignored',
    edits: [
      { file: LEASED, find: '        this.#cache.deleteByUser(change.id)\n        this.#reads.clear()\n', replace: '' },
    ],
    scenario: NOTHING,
    kinds: ['same-node', 'late'],
  },
  {
    name: 'a touch re-creates its session',
    edits: REVIVING_TOUCH,
    scenario: NOTHING,
    kinds: ['same-node', 'late'],
    environment: LATE_TOUCHES,
  },
]

const SEALED = 'src/core/session/sealed-session.ts'
const SEALED_MIGRATION = 'migrations/0005-sealed-sessions.postgres.sql'

/** Sealed sessions, and what became of them. */
export const SEALED_MUTANTS: readonly Mutant[] = (
  [
    {
      name: 'a revocation that was read is ignored',
      edits: [{ file: SEALED, find: 'if (state.revoked || isOfPast', replace: 'if (isOfPast' }],
      kinds: ['same-node', 'late'],
    },
    {
      name: 'the epoch is not compared',
      edits: [
        { file: SEALED, find: 'if (epoch >= state.epoch) return false', replace: 'if (epoch >= 0) return false' },
      ],
      kinds: ['same-node', 'late'],
    },
    {
      name: 'a revocation is not told to the other nodes',
      edits: [
        {
          file: SEALED_MIGRATION,
          find: 'after insert or update on sealed_revocations',
          replace: 'after update on sealed_revocations',
        },
      ],
      kinds: ['late'],
    },
    {
      name: 'a raised epoch is not told to the other nodes',
      edits: [
        {
          file: SEALED_MIGRATION,
          find: 'after insert or update on sealed_epochs',
          replace: 'after update on sealed_epochs',
        },
      ],
      kinds: ['late'],
    },
    {
      name: 'a change of one session leaves it in memory',
      edits: [
        {
          file: 'src/core/session/leased-sessions.ts',
          find: '        this.#cache.delete(change.id)\n        this.#reads.delete(change.id)\n',
          replace: '        if (this.#cache.get(change.id) === undefined) this.#reads.delete(change.id)\n',
        },
      ],
      kinds: ['same-node', 'late'],
    },
  ] as const
).map((mutant) => ({ ...mutant, scenario: NOTHING, sessions: 'sealed' }))

/** What the heartbeat proves, and for how long. */
export const FEED_MUTANTS: readonly Mutant[] = [
  {
    name: "the lease is counted from the heartbeat's answer instead of its sending",
    edits: [{ file: KEEPER, find: 'sessions.renew(beat, sentAt)', replace: 'sessions.renew(beat, instantOf(clock))' }],
    scenario: feedDelayed(MUTANT_LEASE_MS),
    kinds: ['late'],
  },
  {
    name: 'the heartbeat stays inside an open transaction',
    edits: [
      {
        file: FEED,
        find: '      await client.query(`listen ${CHANNEL}`)\n',
        replace:
          "      await client.query(`listen ${CHANNEL}`)\n      await client.query('begin isolation level repeatable read')\n",
      },
    ],
    scenario: NOTHING,
    kinds: ['late'],
  },
  {
    name: 'what is remembered is kept over a reconnect',
    edits: [
      { file: LEASED, find: "    if (!beat.continuous) this.forget({ kind: 'everything' })\n", replace: '' },
      {
        file: LEASED,
        find: "    this.#lease.end()\n    this.forget({ kind: 'everything' })\n",
        replace: '    this.#lease.end()\n',
      },
    ],
    scenario: feedCut,
    kinds: ['late'],
  },
  {
    name: 'the change row is written outside the transaction',
    edits: UNTIED_CHANGE_ROWS,
    scenario: storeDelayed,
    kinds: ['late'],
  },
  {
    name: 'what is new is what has a higher transaction number than the last seen',
    edits: [
      { file: FEED, find: 'where xid = any($4::xid8[])', replace: 'where xid = $3::xid8 and $4::xid8[] is null' },
    ],
    scenario: NOTHING,
    kinds: ['late'],
  },
  {
    name: 'the lease never expires',
    edits: [
      { file: LEASE, find: 'if (this.#sentAt === null) return false\n', replace: 'return this.#sentAt !== null\n' },
    ],
    scenario: feedSilent,
    kinds: ['late'],
  },
]

/** Slow to show, so only for long runs. */
export const SLOW_MUTANTS: readonly Mutant[] = [
  {
    name: 'the lease never expires, and the machine was stopped',
    edits: [
      { file: LEASE, find: 'if (this.#sentAt === null) return false\n', replace: 'return this.#sentAt !== null\n' },
    ],
    scenario: nodeStopped,
    kinds: ['late'],
  },
]

/** The heartbeat writes nothing: a server that was left behind can answer it still. Only a failover shows it. */
export const SILENT_HEARTBEAT: readonly Edit[] = [
  {
    file: FEED,
    find: `  insert into nodes (id, lease_ms, beat_at) values ($1, $2, clock_timestamp())
  on conflict (id) do update set lease_ms = excluded.lease_ms, beat_at = excluded.beat_at
  returning id
`,
    replace: '  select $1::text as id where $2::integer is not null\n',
  },
  {
    file: FEED,
    find: '(select extract(epoch from clock_timestamp() - beat_at)::float8 from nodes where id = $1) as since',
    replace: '0::float8 as since',
  },
]
