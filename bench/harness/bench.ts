import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createDatabase } from './sql.ts'
import { guardFolder } from '../../tools/postgres-guard.ts'
import { startPostgres } from '../../tools/postgres.ts'
import { openPostgresStore } from '../../packages/server/src/stores/postgres/open-postgres-store.ts'
import { openSqliteStore } from '../../packages/server/src/stores/sqlite/open-sqlite-store.ts'
import type { Store } from '../../packages/server/src/core/store.ts'
import type { Pace } from './rounds.ts'
import type { Report } from './report.ts'
import { startRedis } from './redis.ts'
import { makeKey } from './seed.ts'
import { startSubject, type Subject, type SubjectProgram } from './subject.ts'

/** What the suites share: one key, a folder that goes away, and whatever they start, which ends with them. */
export interface Bench {
  readonly pace: Pace
  /** How many sessions the databases hold, where that is what is varied. */
  readonly stored: readonly number[]
  readonly root: string
  readonly folder: string
  readonly key: string
  start(subject: SubjectProgram): Promise<Subject>
  /** A new database, as COATCHECK_DATABASE names it. */
  database(kind: DatabaseKind): Promise<string>
  /** The URL of a Redis of our own, which all share. */
  redis(): Promise<string>
  /** The store in such a database, its schema up to date. */
  open(database: string): Promise<Store>
}

/** The stores that are measured. */
export type DatabaseKind = 'sqlite' | 'postgres'

/** One measurement, chosen by its name: `npm run bench -- <name>`. */
export interface Suite {
  readonly about: string
  run(bench: Bench): Promise<readonly Report[]>
}

/** It counts statements where a suite asks for that, and nothing elsewhere. Otherwise its own defaults: every commit is synced. */
const POSTGRES = {
  max_connections: 400,
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track': 'none',
}

/** Gives `use` what it needs, and takes it away again, whatever happens. */
export async function withBench<Result>(
  root: string,
  { pace, stored }: Pick<Bench, 'pace' | 'stored'>,
  use: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(path.join(tmpdir(), 'coatcheck-bench-'))
  const guard = guardFolder(folder)
  const endings: (() => Promise<void>)[] = []
  let postgres: ReturnType<typeof startPostgres> | undefined
  let redis: ReturnType<typeof startRedis> | undefined
  let databases = 0
  const bench: Bench = {
    pace,
    stored,
    root,
    folder,
    key: makeKey(),
    async start(program) {
      const subject = await startSubject(program, folder)
      endings.push(() => subject.stop())
      return subject
    },
    async database(kind) {
      databases += 1
      if (kind === 'sqlite') return path.join(folder, `bench-${databases}.db`)
      postgres ??= startPostgres({ settings: POSTGRES })
      return createDatabase((await postgres).url, `bench_${databases}`)
    },
    async redis() {
      redis ??= startRedis(folder)
      return (await redis).url
    },
    async open(database) {
      const store = database.startsWith('postgres:')
        ? await openPostgresStore({ url: database, migrate: true })
        : await openSqliteStore({ path: database })
      endings.push(() => store.close())
      return store
    },
  }
  try {
    return await use(bench)
  } finally {
    for (const end of endings.toReversed()) await end()
    await (await redis)?.stop()
    await (await postgres)?.stop()
    guard.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
