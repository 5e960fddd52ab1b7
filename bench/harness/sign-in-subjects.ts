import { serveFromDist } from '../subjects/coatcheck.ts'
import type { Bench } from './bench.ts'
import { withSettings } from './entrants.ts'
import { installPeers } from './install-peers.ts'
import { peerProgram } from './peers.ts'
import type { Subject, SubjectProgram } from './subject.ts'
import { writeCookies } from './wrk.ts'

const PASSWORD = 'a quiet place by the sea'
const USERS = 64

/** Where passwords are proved: who is in the race, and what it is sent. */
export interface SignInSubject {
  readonly name: string
  readonly hash: string
  readonly subject: Subject
  readonly signUp: PostTarget
  readonly signIn: PostTarget
  /** What is asked to know who somebody is, and a file with one session's cookie. */
  readonly check: { readonly path: string; readonly cookies: string }
}

/** An address that is posted to, and a file of bodies. */
export interface PostTarget {
  readonly path: string
  readonly bodies: string
}

interface Kind {
  readonly name: string
  readonly hash: string
  program(bench: Bench, database: string): SubjectProgram
  readonly database: 'sqlite' | 'postgres'
  readonly paths: { readonly signUp: string; readonly signIn: string; readonly check: string }
  /** What it calls the one who signs in. */
  readonly identifier: 'email' | 'identifier'
}

const OWN = { signUp: '/v1/sign-up', signIn: '/v1/sign-in', check: '/v1/session' }
const BETTER_AUTH = {
  signUp: '/api/auth/sign-up/email',
  signIn: '/api/auth/sign-in/email',
  check: '/api/auth/get-session',
}
const ARGON2ID = 'argon2id, 19 MiB, 2 passes'
const AS_MANY_AS_COME = `${ARGON2ID}; as many as come`

function coatcheckKind(database: 'sqlite' | 'postgres', called: string): Kind {
  // The load generator tells an address for each of its clients, as a proxy would.
  const settings = { COATCHECK_TRUSTED_PROXIES: '127.0.0.1/32' }
  return {
    name: `Coatcheck, ${called}`,
    hash: `${ARGON2ID}; a core less one at a time`,
    database,
    program: (bench, url) => withSettings(serveFromDist(bench, `coatcheck ${database}`, url), settings),
    paths: OWN,
    identifier: 'identifier',
  }
}

function peerKind(
  name: string,
  hash: string,
  file: string,
  settings: Readonly<Record<string, string>>,
  paths: Kind['paths'],
): Kind {
  return {
    name,
    hash,
    database: 'postgres',
    program: (bench, url) => peerProgram({ name, file, settings }, { database: url, redis: '', key: bench.key }),
    paths,
    identifier: 'email',
  }
}

function betterAuthKind(name: string, hash: string, named: 'scrypt' | 'argon2id'): Kind {
  return peerKind(name, hash, 'better-auth.ts', { HASH: named, CACHE_SECONDS: '0' }, BETTER_AUTH)
}

const BY_HAND = { signUp: '/sign-up', signIn: '/sign-in', check: '/v1/session' }

const KINDS: readonly Kind[] = [
  coatcheckKind('sqlite', 'SQLite'),
  coatcheckKind('postgres', 'PostgreSQL'),
  betterAuthKind('better-auth, PostgreSQL', 'scrypt, 32 MiB, as it comes; as many as come', 'scrypt'),
  betterAuthKind('better-auth with argon2id, PostgreSQL', AS_MANY_AS_COME, 'argon2id'),
  peerKind('by hand: Express, express-session, PostgreSQL', AS_MANY_AS_COME, 'express-sign-in.ts', {}, BY_HAND),
]

/** Starts all of them, on one core or on both, each with 64 users. */
export async function startSignInSubjects(bench: Bench, cores: 1 | 2): Promise<readonly SignInSubject[]> {
  await installPeers(bench.root)
  const started: SignInSubject[] = []
  for (const kind of KINDS) started.push(await start(bench, kind, cores))
  return started
}

async function start(bench: Bench, kind: Kind, cores: 1 | 2): Promise<SignInSubject> {
  const database = await bench.database(kind.database)
  if (kind.database === 'postgres') await (await bench.open(database)).close()
  const program = { ...kind.program(bench, database), ...(cores === 2 && { cores }) }
  const subject = await bench.start(program)
  const { paths, identifier } = kind
  const file = (name: string, lines: readonly string[]): string =>
    writeCookies(bench.folder, `${subject.port}-${name}`, lines)
  const nameless = { name: 'Ada Lovelace', password: PASSWORD }
  const users = Array.from({ length: USERS }, (_none, index) => `user-${index}@example.com`)
  const cookies: string[] = []
  for (const email of users) cookies.push(await signUp(subject, paths.signUp, { ...nameless, email }))
  const signUpBody = JSON.stringify({ ...nameless, email: '{n}@example.com' })
  const signInBodies = users.map((email) => JSON.stringify({ [identifier]: email, password: PASSWORD }))
  return {
    name: kind.name,
    hash: kind.hash,
    subject,
    signUp: { path: paths.signUp, bodies: file('sign-up', [signUpBody]) },
    signIn: { path: paths.signIn, bodies: file('sign-in', signInBodies) },
    check: { path: paths.check, cookies: file('check', cookies.slice(0, 1)) },
  }
}

async function signUp(subject: Subject, path: string, body: object): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const request = { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await fetch(`http://127.0.0.1:${subject.port}${path}`, request)
  const text = await response.text()
  if (!response.ok) throw new Error(`${subject.name} signed nobody up: ${response.status} ${text}`)
  const lines = response.headers.getSetCookie()
  return lines.map((line) => line.split(';', 1)[0] ?? '').join('; ')
}
