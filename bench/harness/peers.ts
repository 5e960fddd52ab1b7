import path from 'node:path'
import type { SubjectProgram } from './subject.ts'

/** What a peer is given to keep its sessions in. */
export interface PeerPlaces {
  /** A PostgreSQL database of its own, as a URL. */
  readonly database: string
  readonly redis: string
  /** Base64, 32 bytes: the same for all nodes of a peer. */
  readonly key: string
}

/** Another session system, as a server under test. */
export interface Peer {
  /** Stable: results are compared by it. */
  readonly id: string
  readonly name: string
  /** Where its sessions are; `cookie` where no server keeps them. */
  readonly keeps: 'PostgreSQL' | 'Redis' | 'memory' | 'cookie'
  /** Its server's file in bench/peers, and that file's settings. */
  readonly file: string
  readonly settings?: Readonly<Record<string, string>>
  /** Settings by its documentation's example, where for the measurement of its speed they are others. */
  readonly asDocumented?: Readonly<Record<string, string>>
  /** What is asked, where it is not `/v1/session`. */
  readonly path?: string
  /** Whether a session that was ended is refused by the very node that ended it. */
  readonly revokes: boolean
  /** How long, by its configuration, another node may go on saying yes; null where another node never knows the session. */
  readonly mayLag: string | null
  /** What it does not do that others in the table do, in a few words each. */
  readonly doesNot: readonly string[]
}

const STATELESS = ['revoke', 'list devices'] as const
/** Their sessions know no user: what belongs together is the application's to find. */
const ROWS_WITHOUT_USERS = ['keep concurrent writes', 'list devices', 'end all sessions of a user'] as const
const COOKIE_LIFE = 'its whole life: until the cookie expires'
/** As its documentation has it in its example. */
const CACHE_SECONDS = '300'
/** Longer than the benchmark: else most of it would measure an expired cache, which no load generator renews. */
const LONG_CACHE_SECONDS = '7200'

/** All peers, in the order of the tables. */
export const PEERS: readonly Peer[] = [
  {
    id: 'express-session-postgres',
    name: 'express-session, connect-pg-simple',
    keeps: 'PostgreSQL',
    file: 'express-session.ts',
    settings: { STORE: 'postgres' },
    revokes: true,
    mayLag: 'none',
    doesNot: [...ROWS_WITHOUT_USERS, 'end on idling (disableTouch)'],
  },
  {
    id: 'express-session-redis',
    name: 'express-session, connect-redis',
    keeps: 'Redis',
    file: 'express-session.ts',
    settings: { STORE: 'redis' },
    revokes: true,
    mayLag: 'none',
    doesNot: [...ROWS_WITHOUT_USERS, 'end on idling (disableTouch)', 'survive a restart of Redis as set up here'],
  },
  {
    id: 'express-session-memory',
    name: 'express-session, in memory',
    keeps: 'memory',
    file: 'express-session.ts',
    settings: { STORE: 'memory' },
    revokes: true,
    mayLag: null,
    doesNot: [...ROWS_WITHOUT_USERS, 'share sessions between nodes', 'survive a restart', 'bound its memory'],
  },
  {
    id: 'fastify-session-redis',
    name: '@fastify/session, connect-redis',
    keeps: 'Redis',
    file: 'fastify-session.ts',
    settings: { STORE: 'redis' },
    revokes: true,
    mayLag: 'none',
    doesNot: [...ROWS_WITHOUT_USERS, 'end on idling (disableTouch)', 'survive a restart of Redis as set up here'],
  },
  {
    id: 'fastify-session-memory',
    name: '@fastify/session, in memory',
    keeps: 'memory',
    file: 'fastify-session.ts',
    settings: { STORE: 'memory' },
    revokes: true,
    mayLag: null,
    doesNot: [...ROWS_WITHOUT_USERS, 'share sessions between nodes', 'survive a restart', 'bound its memory'],
  },
  {
    id: 'fastify-secure-session',
    name: '@fastify/secure-session',
    keeps: 'cookie',
    file: 'fastify-secure-session.ts',
    revokes: false,
    mayLag: COOKIE_LIFE,
    doesNot: STATELESS,
  },
  {
    id: 'iron-session',
    name: 'iron-session',
    keeps: 'cookie',
    file: 'iron-session.ts',
    revokes: false,
    mayLag: COOKIE_LIFE,
    doesNot: STATELESS,
  },
  {
    id: 'better-auth-api',
    name: 'better-auth, auth.api.getSession',
    keeps: 'PostgreSQL',
    file: 'better-auth.ts',
    settings: { CACHE_SECONDS: '0' },
    revokes: true,
    mayLag: 'none',
    doesNot: [],
  },
  {
    id: 'better-auth-http',
    name: 'better-auth, its HTTP handler',
    keeps: 'PostgreSQL',
    file: 'better-auth.ts',
    settings: { CACHE_SECONDS: '0' },
    path: '/api/auth/get-session',
    revokes: true,
    mayLag: 'none',
    doesNot: [],
  },
  {
    id: 'better-auth-api-cached',
    name: 'better-auth with cookieCache, auth.api.getSession',
    keeps: 'PostgreSQL',
    file: 'better-auth.ts',
    settings: { CACHE_SECONDS: LONG_CACHE_SECONDS },
    asDocumented: { CACHE_SECONDS },
    revokes: false,
    mayLag: `its cookieCache.maxAge: ${CACHE_SECONDS} s in the example of its documentation`,
    doesNot: ['refuse a revoked session before the cache expires'],
  },
  {
    id: 'better-auth-http-cached',
    name: 'better-auth with cookieCache, its HTTP handler',
    keeps: 'PostgreSQL',
    file: 'better-auth.ts',
    settings: { CACHE_SECONDS: LONG_CACHE_SECONDS },
    asDocumented: { CACHE_SECONDS },
    path: '/api/auth/get-session',
    revokes: false,
    mayLag: `its cookieCache.maxAge: ${CACHE_SECONDS} s in the example of its documentation`,
    doesNot: ['refuse a revoked session before the cache expires'],
  },
  {
    id: 'jwt-hs256',
    name: 'JWT by jose, HS256',
    keeps: 'cookie',
    file: 'jwt.ts',
    settings: { ALG: 'HS256' },
    revokes: false,
    mayLag: 'its whole life: until it expires',
    doesNot: STATELESS,
  },
  {
    id: 'jwt-eddsa',
    name: 'JWT by jose, EdDSA',
    keeps: 'cookie',
    file: 'jwt.ts',
    settings: { ALG: 'EdDSA' },
    revokes: false,
    mayLag: 'its whole life: until it expires',
    doesNot: STATELESS,
  },
]

/** The frameworks by themselves, which answer the same and look at nothing. */
export const FRAMEWORKS = [
  { name: 'Hono', file: 'hono.ts' },
  { name: 'Fastify', file: 'fastify.ts' },
  { name: 'Express', file: 'express.ts' },
] as const

/** The server of a peer, over these places. */
export function peerProgram(peer: Pick<Peer, 'name' | 'file' | 'settings'>, places?: PeerPlaces): SubjectProgram {
  const given = places && { DATABASE_URL: places.database, REDIS_URL: places.redis, KEY: places.key }
  return {
    name: peer.name,
    program: [path.resolve(import.meta.dirname, '../peers', peer.file)],
    environment: { NODE_ENV: 'production', ...given, ...peer.settings },
  }
}
