import { cookieSealer } from '../../packages/server/src/stores/sealed-cookie/cookie-sealer.ts'
import { appFromDist, cookieFor, libraryFromDist, serveFromDist } from '../subjects/coatcheck.ts'
import type { Bench, DatabaseKind } from './bench.ts'
import { installPeers } from './install-peers.ts'
import { startSessions } from './peer-cookies.ts'
import { FRAMEWORKS, type Peer, peerProgram, PEERS } from './peers.ts'
import { seedSealed } from './seed-sealed.ts'
import { seedSessions } from './seed.ts'
import type { Subject, SubjectProgram } from './subject.ts'

/** Somebody in the race: a server, and what the browsers of its users send. */
export interface Entrant {
  /** Stable: results are compared by it. */
  readonly id: string
  readonly name: string
  readonly subject: Subject
  /** Cookie headers, one a session. */
  readonly cookies: readonly string[]
  readonly path?: string | undefined
  /** The peer that it is, where it is one. */
  readonly peer?: Peer
}

/** How Coatcheck is entered. */
export interface CoatcheckEntry {
  readonly id: string
  readonly name: string
  readonly database: DatabaseKind
  readonly sealed?: true
  /** Whether checks are answered from memory, under the lease. */
  readonly remembers: boolean
  /** An application of its own, whose routes are the peers', not `/v1`. */
  readonly isApplication?: true
  program(bench: Bench, database: string): SubjectProgram
}

const UNCACHED = { UNCACHED: '1' }

/** A program with more settings. */
export function withSettings(program: SubjectProgram, more: Readonly<Record<string, string>>): SubjectProgram {
  return { ...program, environment: { ...program.environment, ...more } }
}

/** Coatcheck, as it comes and otherwise, in the order of the tables. */
export const COATCHECK: readonly CoatcheckEntry[] = [
  {
    id: 'coatcheck-sqlite',
    remembers: true,
    name: 'Coatcheck, SQLite',
    database: 'sqlite',
    program: (bench, database) => serveFromDist(bench, 'coatcheck sqlite', database),
  },
  {
    id: 'coatcheck-postgres',
    remembers: true,
    name: 'Coatcheck, PostgreSQL',
    database: 'postgres',
    program: (bench, database) => serveFromDist(bench, 'coatcheck postgres', database),
  },
  {
    id: 'coatcheck-sealed',
    remembers: true,
    name: 'Coatcheck, sealed sessions',
    database: 'sqlite',
    sealed: true,
    program: (bench, database) =>
      withSettings(serveFromDist(bench, 'coatcheck sealed', database), { COATCHECK_SESSIONS: 'sealed' }),
  },
  ...(['hono', 'fastify', 'express'] as const).map((framework): CoatcheckEntry => ({
    id: `coatcheck-in-${framework}`,
    remembers: true,
    isApplication: true,
    name: `Coatcheck, auth.check in ${framework[0]?.toUpperCase()}${framework.slice(1)}, PostgreSQL`,
    database: 'postgres',
    program: (bench, database) => appFromDist(bench, database, { FRAMEWORK: framework }),
  })),
  {
    id: 'coatcheck-fresh',
    remembers: false,
    isApplication: true,
    name: 'Coatcheck, auth.check fresh in Hono, PostgreSQL',
    database: 'postgres',
    program: (bench, database) => appFromDist(bench, database, { FRAMEWORK: 'hono', FRESH: '1' }),
  },
  {
    id: 'coatcheck-uncached-sqlite',
    remembers: false,
    name: 'Coatcheck, no memory, SQLite',
    database: 'sqlite',
    program: (bench, database) => withSettings(libraryFromDist(bench, 'uncached sqlite', database), UNCACHED),
  },
  {
    id: 'coatcheck-uncached-postgres',
    remembers: false,
    name: 'Coatcheck, no memory, PostgreSQL',
    database: 'postgres',
    program: (bench, database) => withSettings(libraryFromDist(bench, 'uncached postgres', database), UNCACHED),
  },
]

/** Starts all of them, each with as many sessions; or only those of these IDs. */
export async function startEntrants(
  bench: Bench,
  sessions: number,
  only?: readonly string[],
): Promise<readonly Entrant[]> {
  await installPeers(bench.root)
  const wanted = (id: string): boolean => only === undefined || only.includes(id)
  const entrants: Entrant[] = []
  const databases = new Map<string, { readonly database: string; readonly seeds: readonly string[] }>()
  for (const entry of COATCHECK.filter(({ id }) => wanted(id))) {
    const kind = `${entry.database}${entry.sealed === true ? '-sealed' : ''}`
    const place = databases.get(kind) ?? (await prepareCoatcheck(bench, entry, sessions))
    databases.set(kind, place)
    const subject = await bench.start(entry.program(bench, place.database))
    entrants.push({
      id: entry.id,
      name: entry.name,
      subject,
      cookies: coatcheckCookies(bench, entry, subject.port, place.seeds),
    })
  }
  for (const { name, file } of FRAMEWORKS) {
    const id = name.toLowerCase()
    if (wanted(id)) entrants.push({ id, name, subject: await bench.start(peerProgram({ name, file })), cookies: [''] })
  }
  for (const peer of PEERS.filter(({ id }) => wanted(id))) {
    const subject = await bench.start(peerProgram(peer, await placesFor(bench, peer)))
    const cookies = await startSessions(subject, sessions)
    entrants.push({ id: peer.id, name: peer.name, subject, cookies, path: peer.path, peer })
  }
  return entrants
}

/** What a peer needs; no more is started than that. */
export async function placesFor(bench: Bench, { keeps }: Peer): Promise<Parameters<typeof peerProgram>[1] & object> {
  return {
    database: keeps === 'PostgreSQL' ? await bench.database('postgres') : '',
    redis: keeps === 'Redis' ? await bench.redis() : '',
    key: bench.key,
  }
}

/** A database with so many sessions for an entry of Coatcheck, and what their cookies are made of. */
export async function prepareCoatcheck(
  bench: Bench,
  entry: CoatcheckEntry,
  sessions: number,
): Promise<{ readonly database: string; readonly seeds: readonly string[] }> {
  const database = await bench.database(entry.database)
  const store = await bench.open(database)
  const seeds =
    entry.sealed === true ? await seedSealed(store, sessions) : await seedSessions(store, bench.key, sessions)
  return { database, seeds }
}

/** The Cookie headers of those sessions, for a server whose URL has this port. */
export function coatcheckCookies(
  bench: Bench,
  entry: Pick<CoatcheckEntry, 'sealed'>,
  port: number,
  seeds: readonly string[],
): readonly string[] {
  if (entry.sealed !== true) return seeds.map((token) => cookieFor(port, token))
  const sealer = cookieSealer([Buffer.from(bench.key, 'base64')], 'sealed-session')
  const name = `coatcheck-${port}`
  return seeds.map((content) => `${name}=${sealer.seal(name, content)}`)
}
