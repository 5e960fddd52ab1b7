import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuth, type Auth } from '../../src/auth.ts'
import type { AuditEvent } from '../../src/core/audit/audit-event.ts'
import type { Core } from '../../src/core/core.ts'
import { type DataOptions, DataRules, type DataSchemas } from '../../src/core/session-data/data-rules.ts'
import { instantOf } from '../../src/core/session/lease.ts'
import type { SessionKeeping, Store } from '../../src/core/store.ts'
import { FrontEnds } from '../../src/http/front-ends.ts'
import { openPostgresStore } from '../../src/stores/postgres/open-postgres-store.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { createTestDatabase } from '../stores/postgres-fixture.ts'
import { assemble, type Parts } from './assemble.ts'
import { Browser } from './browser.ts'

/** The real stores: every scenario that touches one runs over both. */
export const STORES = ['sqlite', 'postgres'] as const
export type StoreKind = (typeof STORES)[number]

/** The same stores with sessions that are sealed in their cookies. */
export const SEALED_STORES = ['sqlite-sealed', 'postgres-sealed'] as const
export type SceneKind = StoreKind | (typeof SEALED_STORES)[number]

/** Where a scene plays, unless it says otherwise: one site over https, the front-end on a domain beside the API's. */
export const API = 'https://api.example.com'
export const APP = 'https://app.example.com'
/** A front-end on another site. */
export const FAR = 'https://far.example.net'

/** When a scene begins. */
export const START = Date.parse('2026-02-17T09:00:00Z')

export const PASSWORD = 'a quiet place by the sea'

export interface SceneOptions<Schemas extends DataSchemas = DataSchemas> extends Pick<
  Parts,
  'policy' | 'keys' | 'random'
> {
  readonly url?: string
  readonly frontends?: readonly string[]
  readonly development?: boolean
  /** What the application keeps of a session. */
  readonly data?: DataOptions<Schemas>
  /** Stands between the core and the real store, to see or break what passes. */
  readonly wrapStore?: (store: Store) => Store
}

/** A whole session system over a real store and a clock that the test moves. */
export interface Scene<Schemas extends DataSchemas = DataSchemas> {
  readonly auth: Auth<Schemas>
  readonly core: Core
  readonly clock: FakeClock
  readonly store: Store
  /** What the audit log was told, oldest first. */
  readonly events: AuditEvent[]
  /** What went to the log as a failure. */
  readonly failures: unknown[]
  /** A browser without cookies whose pages are at `origin`, at an IP address. */
  browser(origin?: string, address?: string): Browser
  close(): Promise<void>
}

/** Opens a scene; close it in the end. */
export async function openScene<Schemas extends DataSchemas = DataSchemas>(
  kind: SceneKind,
  options: SceneOptions<Schemas> = {},
): Promise<Scene<Schemas>> {
  const dataRules = new DataRules<Schemas>(options.data)
  const database = await openDatabase(kind)
  const store = options.wrapStore?.(database.store) ?? database.store
  const clock = new FakeClock(START)
  const events: AuditEvent[] = []
  const failures: unknown[] = []
  const frontEnds = new FrontEnds(options.url ?? API, options.frontends ?? [APP, FAR])
  const core = assemble(store, {
    ...options,
    sessions: keepingOf(kind),
    carryOver: dataRules.carryOver,
    clock,
    audit: { record: (event) => void events.push(event) },
  })
  const tell = (fields: object): void => void failures.push('err' in fields ? fields.err : fields)
  const log = { info: () => undefined, warn: tell, error: tell }
  const auth = createAuth(core, frontEnds, dataRules, log, database.close, options.development)
  const heartbeat = heartbeats(core)
  return {
    auth,
    core,
    clock,
    store,
    events,
    failures,
    browser: (origin = APP, address = '203.0.113.7') =>
      new Browser(
        async (request) => {
          await heartbeat()
          return letTimePass(clock, auth.fetch(request, { clientAddress: address }))
        },
        origin,
        frontEnds.url.origin,
      ),
    close: () => auth.close(),
  }
}

/** Refused sign-ins wait on the fake clock: it moves a grid's width whenever an answer is outstanding that long. */
async function letTimePass<Result>(clock: FakeClock, answer: Promise<Result>): Promise<Result> {
  let answered = false
  const done = answer.finally(() => (answered = true))
  while (!answered) {
    await Promise.race([done.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 5))])
    if (!answered && clock.hasWaits) await clock.advance(250)
  }
  return done
}

/** A heartbeat before each request: what a scene shows, it shows of checks from memory too. */
function heartbeats({ store, leased, clock }: Core): () => Promise<void> {
  const beat = async (): Promise<void> => {
    const sentAt = instantOf(clock)
    try {
      leased.renew(await store.changes.beat(leased.leaseMs), sentAt)
    } catch {
      leased.lose()
    }
  }
  let last = Promise.resolve()
  return () => (last = last.then(beat))
}

/** How sessions are kept in such a scene. */
export function keepingOf(kind: SceneKind): SessionKeeping {
  return kind.endsWith('-sealed') ? 'sealed' : 'stored'
}

/** A real database of its own. */
export async function openDatabase(
  kind: SceneKind,
): Promise<{ readonly store: Store; readonly close: () => Promise<void> }> {
  const sessions = keepingOf(kind)
  if (kind.startsWith('sqlite')) {
    const folder = mkdtempSync(join(tmpdir(), 'coatcheck-scene-'))
    const store = await openSqliteStore({ path: join(folder, 'scene.db'), sessions })
    const close = async (): Promise<void> => {
      await store.close()
      rmSync(folder, { recursive: true })
    }
    return { store, close }
  }
  const database = await createTestDatabase()
  const store = await openPostgresStore({ url: database.url, migrate: true, sessions })
  const close = async (): Promise<void> => {
    await store.close()
    await database.drop()
  }
  return { store, close }
}
