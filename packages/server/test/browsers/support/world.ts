import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createAdaptorServer } from '@hono/node-server'
import { build } from 'vite'
import type { Auth } from '../../../src/auth.ts'
import { coatcheck } from '../../../src/coatcheck.ts'
import { PASSWORD } from '../../support/scene.ts'
import { createAuthority, type Authority } from './authority.ts'
import { gullible, unpartitioned, type Handle } from './broken-servers.ts'

/** Who is where. Only the browsers know these names, and for them they are this machine. */
export const NAMES = {
  api: 'api.example.test',
  /** Front-ends on the list: of the API's site, and of another. */
  app: 'app.example.test',
  other: 'other.test',
  /** Attackers: a sibling of the API, a sibling of the far front-end, and a stranger to both. */
  sibling: 'evil.example.test',
  farSibling: 'evil.other.test',
  stranger: 'evil.test',
  /** The API with a fault, to show that the tests would see it. */
  gullible: 'gullible.example.test',
  unpartitioned: 'unpartitioned.example.test',
  /** An API that the doctor examines. */
  examined: 'examined.example.test',
} as const

/** What an API was asked, as the browser asked it. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly origin: string | null
  readonly site: string | null
  readonly cookies: readonly string[]
  readonly status: number
}

/** A user. */
export interface Somebody {
  readonly id: string
  /** The IDs of their live sessions. */
  sessions(): Promise<readonly string[]>
  /** Ends them all, from behind. */
  endSessions(): Promise<void>
}

/** All origins of the tests, served over TLS on one port of the loopback; and two for development, over plain http. */
export interface World {
  readonly authority: Authority
  readonly origin: (name: keyof typeof NAMES) => string
  /** The address of a page at an origin, for an API: the front-end's, or an attack. */
  readonly page: (origin: string, file: string, api: string) => string
  readonly development: { readonly api: string; readonly near: string; readonly far: string }
  /** What the APIs were asked, oldest first. */
  readonly asked: Asked[]
  /** Registers a user who can sign in by this name, to the API and to development's. Nobody is signed in by it. */
  signUp(username: string, password?: string): Promise<Somebody>
  /** All that the API's database holds, but for when sessions were last used. */
  stored(): unknown
  close(): Promise<void>
}

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }
const FOLDER = new URL('../', import.meta.url)

/**
 * Brings the world up.
 *
 * @param more pages besides, at every origin; null: not one of them
 * @throws Error one sentence with the command that installs what is missing
 */
export async function createWorld(more: (request: Request) => Promise<Response | null> = noMore): Promise<World> {
  const authority = createAuthority(Object.values(NAMES))
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-world-'))
  const asked: Asked[] = []
  const scripts = {
    '/client.js': await bundle('@coatcheck/client'),
    '/doctor.js': await bundle('@coatcheck/client/doctor'),
  }
  const sites = new Map<string, Handle>()
  const serve: Handle = async (request) => {
    const { host } = new URL(request.url)
    return (
      page(request, scripts) ??
      (await more(request)) ??
      (await sites.get(host)?.(request)) ??
      new Response('Nobody lives here.', { status: 404 })
    )
  }
  const tls = createAdaptorServer({
    fetch: serve,
    createServer: createTlsServer,
    serverOptions: { key: authority.key, cert: authority.certificate },
  }) as Server
  const plain = createAdaptorServer({ fetch: serve, createServer: createHttpServer }) as Server
  const pages = createAdaptorServer({ fetch: serve, createServer: createHttpServer }) as Server
  const [tlsPort, plainPort, pagesPort] = await Promise.all([tls, plain, pages].map(listen))
  const origin = (name: keyof typeof NAMES): string => `https://${NAMES[name]}:${tlsPort}`
  const development = {
    api: `http://localhost:${plainPort}`,
    near: `http://localhost:${pagesPort}`,
    far: `http://127.0.0.1:${pagesPort}`,
  }
  const open = (url: string, frontends: readonly string[], file: string): Promise<Auth> =>
    coatcheck({ url, frontends, database: join(folder, file), log: SILENT })
  const auth = await open(origin('api'), [origin('app'), origin('other')], 'api.db')
  const developed = await open(development.api, [development.near, development.far], 'development.db')

  const api = listening(asked, auth)
  sites.set(new URL(origin('api')).host, api)
  sites.set(new URL(origin('gullible')).host, gullible(api, origin('app'), origin('other')))
  sites.set(new URL(origin('unpartitioned')).host, unpartitioned(api))
  sites.set(new URL(development.api).host, listening(asked, developed))

  return {
    authority,
    origin,
    development,
    page: (origin, file, api) => `${origin}/${file}?api=${encodeURIComponent(api)}`,
    asked,
    async signUp(username, password = PASSWORD) {
      const users = [
        { auth, id: await register(auth, username, password) },
        { auth: developed, id: await register(developed, username, password) },
      ]
      return {
        id: users[0]?.id ?? '',
        async sessions() {
          const lists = await Promise.all(users.map(({ auth, id }) => auth.sessions.listByUser(id)))
          return lists.flat().map(({ id }) => id)
        },
        async endSessions() {
          await Promise.all(users.map(({ auth, id }) => auth.sessions.revokeByUser(id)))
        },
      }
    },
    stored: () => dump(join(folder, 'api.db')),
    async close() {
      await Promise.all([tls, plain, pages].map(stop))
      await Promise.all([auth.close(), developed.close()])
      rmSync(folder, { recursive: true, force: true })
      authority.remove()
    },
  }
}

async function noMore(): Promise<null> {
  return null
}

/** A part of the client as a front-end's bundler makes it: one file for browsers. */
async function bundle(part: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['coatcheck-source'] },
    build: {
      write: false,
      lib: { entry: new URL(import.meta.resolve(part)).pathname, formats: ['es'] },
    },
  })
  const [made] = Array.isArray(built) ? built : [built]
  if (made === undefined || !('output' in made)) throw new Error('Vite made no bundle of the client.')
  return made.output[0].code
}

/** The pages that every origin has: the front-end, and, where nobody good lives, the attackers'. */
function page(request: Request, scripts: Readonly<Record<string, string>>): Response | null {
  const { pathname, searchParams } = new URL(request.url)
  const ofType = (type: string, text: string): Response =>
    new Response(text, { headers: { 'content-type': `${type}; charset=utf-8` } })
  const script = scripts[pathname]
  if (script !== undefined) return ofType('text/javascript', script)
  if (pathname === '/toss') return tossing()
  if (!['/front-end.html', '/doctor.html'].includes(pathname) && !/^\/attacks\/[a-z]+\.html$/.test(pathname))
    return null
  const html = readFileSync(new URL(`.${pathname}`, FOLDER), 'utf8')
  return ofType('text/html', html.replaceAll('{{api}}', searchParams.get('api') ?? ''))
}

/** A sibling's server, which may set HttpOnly cookies too, and one of its own that it does not mean to toss. */
function tossing(): Response {
  const attributes = 'Path=/; Secure; HttpOnly'
  const cookies = [
    `__Host-Http-session=tossed; Domain=example.test; ${attributes}`,
    `__Host-Http-session=tossed; Domain=api.example.test; ${attributes}`,
    `__Host-Http-session=tossed; ${attributes}`,
    `=__Host-Http-session=tossed; Domain=example.test; ${attributes}`,
    `__Host-Http-session; Domain=example.test; ${attributes}`,
  ]
  return new Response('<!doctype html>', {
    headers: [['content-type', 'text/html'], ...cookies.map((cookie): [string, string] => ['set-cookie', cookie])],
  })
}

/** An API that remembers what it was asked. */
function listening(asked: Asked[], auth: Auth): Handle {
  return async (request) => {
    const response = await auth.fetch(request, { clientAddress: '127.0.0.1' })
    const { headers, method, url } = request
    asked.push({
      method,
      path: new URL(url).pathname,
      origin: headers.get('origin'),
      site: headers.get('sec-fetch-site'),
      cookies: (headers.get('cookie') ?? '').split('; ').map((pair) => pair.split('=')[0] ?? ''),
      status: response.status,
    })
    return response
  }
}

async function register(auth: Auth, username: string, password: string): Promise<string> {
  const body = JSON.stringify({ email: `${username}@example.org`, username, password })
  const headers = { 'content-type': 'application/json' }
  const response = await auth.fetch(new Request('http://api/v1/sign-up', { method: 'POST', headers, body }))
  if (response.status !== 201) throw new Error(await response.text())
  const { user } = (await response.json()) as { readonly user: { readonly id: string } }
  await auth.sessions.revokeByUser(user.id)
  return user.id
}

function dump(file: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true })
  const tables = database.prepare("select name from sqlite_master where type = 'table' order by name").all()
  const rows = tables.map(({ name }) => {
    const all = database.prepare(`select * from "${String(name)}" order by 1`).all()
    return [name, all.map(({ last_seen_at: _, ...row }) => row)]
  })
  database.close()
  return rows
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
