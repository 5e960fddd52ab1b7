/**
 * An application on the framework that FRAMEWORK names, with a route of its own that asks `auth.check`: from memory, or with
 * FRESH=1 the store each time. Its sessions are written into the database beforehand.
 */
import { serve } from '@hono/node-server'
import { coatcheck, type Auth, type Authenticated } from 'coatcheck'
import fastify from 'fastify'
import { Hono } from 'hono'
import { quietExpress } from './quiet-express.ts'
import { LISTEN, NOBODY, setting } from './support.ts'

const auth: Auth = await coatcheck({
  // Two nodes of one server have one URL, and so one name for their cookies.
  url: process.env['COATCHECK_URL'] ?? `http://localhost:${LISTEN.port}`,
  database: setting('COATCHECK_DATABASE'),
  keys: [setting('COATCHECK_KEYS')],
  log: { info: () => undefined, warn: console.warn, error: console.error },
})
const how = { fresh: process.env['FRESH'] === '1' }

function jsonOf(found: Authenticated | null): string {
  if (found === null) return NOBODY
  const { user, session } = found
  const at = (instant: number | null): string | null => (instant === null ? null : new Date(instant).toISOString())
  return JSON.stringify({
    user: {
      id: user.id,
      email: user.email,
      username: user.username,
      name: user.name,
      emailVerified: user.emailVerified,
      createdAt: at(user.createdAt),
    },
    session: {
      id: session.id,
      createdAt: at(session.createdAt),
      lastSeenAt: at(session.lastSeenAt),
      expiresAt: at(session.expiresAt),
      idleExpiresAt: at(session.idleExpiresAt),
      authenticatedAt: at(session.authenticatedAt),
      methods: session.methods,
    },
  })
}

/** Ends the session of a request, and resolves when that is written. @returns the status to answer */
async function revoke(request: Parameters<Auth['check']>[0]): Promise<number> {
  const found = await auth.check(request, { fresh: true })
  return found !== null && (await auth.sessions.revoke(found.session.id)) ? 204 : 404
}

const FRAMEWORKS: Readonly<Record<string, () => unknown>> = {
  hono() {
    const app = new Hono()
    app.get('/v1/session', async ({ req, body }) =>
      body(jsonOf(await auth.check(req.raw, how)), 200, { 'content-type': 'application/json' }),
    )
    app.post('/bench/revoke', async ({ req }) => new Response(null, { status: await revoke(req.raw) }))
    return serve({ fetch: app.fetch, port: LISTEN.port, hostname: LISTEN.host })
  },
  fastify() {
    const app = fastify()
    app.get('/v1/session', async ({ raw }, reply) =>
      reply.type('application/json').send(jsonOf(await auth.check(raw, how))),
    )
    app.post('/bench/revoke', async ({ raw }, reply) => reply.code(await revoke(raw)).send())
    return app.listen(LISTEN)
  },
  express() {
    const app = quietExpress()
    app.get('/v1/session', async (request, response) => {
      response.type('json').send(jsonOf(await auth.check(request, how)))
    })
    app.post('/bench/revoke', async (request, response) => void response.status(await revoke(request)).end())
    return app.listen(LISTEN.port, LISTEN.host)
  },
}

await FRAMEWORKS[setting('FRAMEWORK')]?.()
process.once('SIGTERM', () => void auth.close().then(() => process.exit(0)))
