import { serveFromDist } from '../subjects/coatcheck.ts'
import type { Bench } from './bench.ts'
import { withSettings } from './entrants.ts'
import { installPeers } from './install-peers.ts'
import { whoIs } from './peer-cookies.ts'
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

/** Who is in the race, before it is started. */
export interface SignInKind {
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
/** As many as libuv has threads. */
const FOUR = 'up to four at a time'

function coatcheckKind(database: 'sqlite' | 'postgres', called: string): SignInKind {
  // The load generator tells an address for each of its clients, as a proxy would.
  const settings = { COATCHECK_TRUSTED_PROXIES: '127.0.0.1/32' }
  return {
    name: `Coatcheck, ${called}`,
    hash: `${ARGON2ID}; one at a time, on one core as on two`,
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
  paths: SignInKind['paths'],
): SignInKind {
  return {
    name,
    hash,
    database: 'postgres',
    program: (bench, url) => peerProgram({ name, file, settings }, { database: url, redis: '', key: bench.key }),
    paths,
    identifier: 'email',
  }
}

function betterAuthKind(name: string, hash: 'scrypt' | 'argon2id', cacheSeconds = '0'): SignInKind {
  const settings = { HASH: hash, CACHE_SECONDS: cacheSeconds }
  const costs = hash === 'scrypt' ? 'scrypt, 32 MiB, as it comes' : ARGON2ID
  return peerKind(`better-auth${name}, PostgreSQL`, `${costs}; ${FOUR}`, 'better-auth.ts', settings, BETTER_AUTH)
}

const BY_HAND = { signUp: '/sign-up', signIn: '/sign-in', check: '/v1/session' }

/** Who signs people in. The first is what the others are compared with. */
export const SIGN_IN_KINDS: readonly SignInKind[] = [
  coatcheckKind('postgres', 'PostgreSQL'),
  coatcheckKind('sqlite', 'SQLite'),
  betterAuthKind('', 'scrypt'),
  betterAuthKind(' with argon2id', 'argon2id'),
  peerKind('by hand: Express, express-session, PostgreSQL', `${ARGON2ID}; ${FOUR}`, 'express-sign-in.ts', {}, BY_HAND),
]

/** Who checks sessions meanwhile: for that a cookie cache matters. */
export const STORM_KINDS: readonly SignInKind[] = [
  ...SIGN_IN_KINDS,
  betterAuthKind(' with cookieCache and argon2id', 'argon2id', '7200'),
]

/**
 * Starts them, on one core or on both, each with 64 users.
 *
 * @throws Error a sentence, where one lets somebody in with a wrong password, or does not know whom it has let in
 */
export async function startSignInSubjects(
  bench: Bench,
  cores: 1 | 2,
  kinds: readonly SignInKind[],
): Promise<readonly SignInSubject[]> {
  await installPeers(bench.root)
  const started: SignInSubject[] = []
  for (const kind of kinds) started.push(await start(bench, kind, cores))
  return started
}

async function start(bench: Bench, kind: SignInKind, cores: 1 | 2): Promise<SignInSubject> {
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
  for (const email of users) cookies.push(await admitted(subject, paths.signUp, { ...nameless, email }))
  await prove(subject, paths, { [identifier]: users[0] ?? '', password: PASSWORD }, cookies)
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

/** That what is measured is a sign-in: the right password lets in the one who signed up, and a wrong one nobody. */
async function prove(
  subject: Subject,
  { signIn, check }: SignInKind['paths'],
  credentials: Readonly<Record<string, string>>,
  [signedUp = '', another = '']: readonly string[],
): Promise<void> {
  const cookie = await admitted(subject, signIn, credentials)
  const who = await whoIs(subject, cookie, check)
  if (who === null) throw new Error(`${subject.name} does not know whom it let in.`)
  if (who === (await whoIs(subject, another, check))) throw new Error(`${subject.name} takes two users for one.`)
  // Where a sign-in ends the session before it, nobody is signed in by the cookie of the sign-up.
  const before = await whoIs(subject, signedUp, check)
  if (before !== null && before !== who) throw new Error(`${subject.name} let in another than it was asked to.`)
  const wrong = await postJson(subject, signIn, { ...credentials, password: `${PASSWORD}?` })
  if (wrong.status !== 401) throw new Error(`${subject.name} answers a wrong password with ${wrong.status}.`)
}

/** @returns the Cookie header of whoever was let in */
async function admitted(subject: Subject, path: string, body: object): Promise<string> {
  const response = await postJson(subject, path, body)
  const text = await response.text()
  if (!response.ok) throw new Error(`${subject.name} let nobody in: ${response.status} ${text}`)
  const lines = response.headers.getSetCookie()
  return lines.map((line) => line.split(';', 1)[0] ?? '').join('; ')
}

function postJson(subject: Subject, path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`http://127.0.0.1:${subject.port}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}
