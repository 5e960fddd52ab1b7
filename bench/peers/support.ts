/** What the peers' servers share: the same users, the same answers, and how they are asked for sessions. */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** What `GET /v1/session` answers: the form and the size of Coatcheck's session view. */
export interface View {
  readonly user: {
    readonly id: string
    readonly email: string
    readonly username: null
    readonly name: string
    readonly emailVerified: boolean
    readonly createdAt: string
  }
  readonly session: {
    readonly id: string
    readonly createdAt: string
    readonly lastSeenAt: string
    readonly expiresAt: string
    readonly idleExpiresAt: string
    readonly authenticatedAt: string
    readonly methods: readonly string[]
  }
}

/** What it answers to somebody without a session. */
export const NOBODY = '{"user":null,"session":null}'

/** For so long a session is good, wherever a peer asks for it: longer than any run of this benchmark. */
export const SESSION_SECONDS = 7_200

/** Coatcheck's parameters, for peers that are to hash as it does. */
export const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const

const DAY_MS = 86_400_000

/** A new user, signed in. */
export function newView(): View {
  const id = randomBytes(16).toString('base64url')
  const now = Date.now()
  const at = (days: number): string => new Date(now + days * DAY_MS).toISOString()
  return {
    user: {
      id,
      email: `${id.toLowerCase()}@example.com`,
      username: null,
      name: 'Ada Lovelace',
      emailVerified: true,
      createdAt: at(0),
    },
    session: {
      id: randomBytes(16).toString('base64url'),
      createdAt: at(0),
      lastSeenAt: at(0),
      expiresAt: at(30),
      idleExpiresAt: at(7),
      authenticatedAt: at(0),
      methods: ['password'],
    },
  }
}

/** A setting that the harness gave. @throws Error when it did not */
export function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '')
    throw new Error(`The benchmark starts this, with ${name} among its settings.`)
  return value
}

/** Where the server listens. */
export const LISTEN = { port: Number(process.env['PORT']), host: '127.0.0.1' } as const

/** A handler of node:http's. */
export type Handle = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** The three addresses of a peer that runs on bare node:http. */
export function serve(routes: { readonly session: Handle; readonly start: Handle; readonly revoke: Handle }): void {
  const byUrl: Readonly<Record<string, Handle | undefined>> = {
    '/v1/session': routes.session,
    '/bench/start': routes.start,
    '/bench/revoke': routes.revoke,
  }
  createServer((request, response) => {
    const handle = byUrl[request.url ?? '']
    if (handle === undefined) response.writeHead(404).end()
    else void handle(request, response)
  }).listen(LISTEN.port, LISTEN.host)
}

/** Answers JSON. */
export function answer(response: ServerResponse, json: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) })
  response.end(json)
}

/** The value of one cookie of a Cookie header. */
export function cookieNamed(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split('; ')) if (pair.startsWith(`${name}=`)) return pair.slice(name.length + 1)
  return null
}
