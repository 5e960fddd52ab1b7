import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Core } from '../../src/core/core.ts'
import { type Check, checkSession } from '../../src/core/session/check-session.ts'
import { instantOf } from '../../src/core/session/lease.ts'
import { startSignedInSession } from '../../src/core/session/start-session.ts'
import { signOut } from '../../src/core/sign-in/sign-out.ts'
import type { Store } from '../../src/core/store.ts'
import type { User } from '../../src/core/user/user.ts'
import { openPostgresStore } from '../../src/stores/postgres/open-postgres-store.ts'
import { openSqliteStore } from '../../src/stores/sqlite/open-sqlite-store.ts'
import { FakeClock } from '../../src/testing/fake-clock.ts'
import { aRegistration } from '../../src/testing/contract/records.ts'
import { createTestDatabase } from '../stores/postgres-fixture.ts'
import { assemble } from './assemble.ts'
import { START, type StoreKind } from './scene.ts'

/** The session cookie of these nodes. */
export const COOKIE = '__Host-Http-session'
export const SOURCE = { address: null, userAgent: null }

/** One node over the database that all share; its heart beats when the test says so. */
export interface SealedNode {
  readonly core: Core
  /** How often the database was asked for a session. */
  readonly reads: number
  beat(): Promise<void>
  check(token: string, cookieName?: string): Promise<Check>
  /** Whether a check accepts the cookie. */
  accepts(token: string): Promise<boolean>
  signOut(token: string): Promise<void>
  /** A sealed session for a user, as a sign-in starts it; the credential as it was found for that. */
  start(user: User, found?: { readonly credentialRevision: number; readonly epoch: number }): Promise<string>
}

/** Nodes over one database, with a clock that the test moves. */
export interface SealedNodes {
  readonly clock: FakeClock
  open(keys?: readonly Uint8Array[]): Promise<SealedNode>
  register(): Promise<User>
  close(): Promise<void>
}

/** Sets the database up; nodes open as they are asked for, with the same key unless told otherwise. */
export async function sealedNodes(kind: StoreKind): Promise<SealedNodes> {
  const clock = new FakeClock(START)
  const sharedKeys = [randomBytes(32)]
  const { openStore, drop } = await database(kind)
  const stores: Store[] = []
  return {
    clock,
    async open(keys = sharedKeys) {
      const store = await openStore()
      stores.push(store)
      return node(store, clock, keys)
    },
    async register() {
      const registration = aRegistration()
      await stores[0]?.users.register(registration)
      return registration.user
    },
    async close() {
      for (const store of stores) await store.close()
      await drop()
    },
  }
}

async function database(kind: StoreKind): Promise<{ openStore(): Promise<Store>; drop(): Promise<void> }> {
  if (kind === 'postgres') {
    const { url, drop } = await createTestDatabase()
    return { openStore: () => openPostgresStore({ url, migrate: true, sessions: 'sealed' }), drop }
  }
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-sealed-'))
  return {
    openStore: () => openSqliteStore({ path: join(folder, 'nodes.db'), sessions: 'sealed' }),
    drop: () => Promise.resolve(rmSync(folder, { recursive: true })),
  }
}

function node(store: Store, clock: FakeClock, keys: readonly Uint8Array[]): SealedNode {
  let reads = 0
  const find = store.sessions.find.bind(store.sessions)
  store.sessions.find = (sessionId, sealed) => {
    reads += 1
    return find(sessionId, sealed)
  }
  const core = assemble(store, { clock, keys, sessions: 'sealed' })
  const check = async (token: string, cookieName = COOKIE): Promise<Check> => checkSession(core, token, {}, cookieName)
  return {
    core,
    get reads() {
      return reads
    },
    async beat() {
      const sentAt = instantOf(clock)
      core.leased.renew(await core.store.changes.beat(core.leased.leaseMs), sentAt)
    },
    check,
    accepts: async (token) => (await check(token)).ok,
    signOut: (token) => signOut(core, [token], SOURCE, COOKIE),
    async start(user, given) {
      const found = given ?? (await core.store.credentials.findPassword({ email: user.email }))
      if (found === null) throw new Error('there is no such user')
      const { epoch, credentialRevision } = found
      const start = { userId: user.id, methods: ['password'] as const, now: await clock.now(), source: SOURCE }
      const { outcome, started } = await startSignedInSession(
        core,
        { ...start, epoch, cookieName: COOKIE },
        { credentialRevision, replaces: null },
      )
      if (outcome !== 'created') throw new Error(outcome)
      return started.token
    },
  }
}
