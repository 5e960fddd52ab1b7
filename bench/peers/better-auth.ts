/**
 * better-auth with PostgreSQL, on Hono as its documentation shows. `GET /v1/session` asks `auth.api.getSession`; its own
 * handler answers under `/api/auth`. CACHE_SECONDS is how long its cookie cache is believed, 0 for none. HASH is what passwords
 * are hashed by: `scrypt`, its own; `argon2id`, as its documentation shows how to; or nothing. MIGRATED=1: the tables are there.
 */
import { serve } from '@hono/node-server'
import { betterAuth } from 'better-auth'
import { Hono } from 'hono'
import pg from 'pg'
import { ARGON2ID, LISTEN, newView, NOBODY, setting, type View } from './support.ts'

const cacheSeconds = Number(setting('CACHE_SECONDS'))
const baseURL = `http://127.0.0.1:${LISTEN.port}`
const password = await passwordHashing(process.env['HASH'])
const auth = betterAuth({
  baseURL,
  secret: setting('KEY'),
  database: new pg.Pool({ connectionString: setting('DATABASE_URL'), max: 10, idleTimeoutMillis: 0 }),
  emailAndPassword: { enabled: true, ...(password !== null && { password }) },
  session: { cookieCache: { enabled: cacheSeconds > 0, maxAge: Math.max(1, cacheSeconds) } },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
  // The load generator is no page, and sends no Origin. With joins, session and user are read in one query.
  advanced: { disableOriginCheck: true, disableCSRFCheck: true, database: { joins: true } },
})
// Its documentation has a command for this, before the first start.
if (process.env['MIGRATED'] !== '1') {
  const { getMigrations } = await import('better-auth/db/migration')
  const { runMigrations } = await getMigrations(auth.options)
  await runMigrations()
}

interface Verifiable {
  readonly hash: string
  readonly password: string
}

/** @returns null for its own */
async function passwordHashing(named: string | undefined) {
  if (named === 'scrypt') return null
  if (named === 'argon2id') {
    // Loaded only here: it is not part of what better-auth weighs.
    const { hash, verify } = await import('@node-rs/argon2')
    return {
      hash: (text: string) => hash(text, ARGON2ID),
      verify: ({ hash: known, password: text }: Verifiable) => verify(known, text),
    }
  }
  // Where checks are measured, no password is: ten thousand of its own scrypt hashes would take ten minutes.
  return {
    hash: (text: string) => Promise.resolve(text),
    verify: ({ hash: known, password: text }: Verifiable) => Promise.resolve(known === text),
  }
}

type Found = NonNullable<Awaited<ReturnType<typeof auth.api.getSession>>>

function viewOf({ user, session }: Found): View {
  const { id, email, name, emailVerified, createdAt } = user
  return {
    user: { id, email, username: null, name, emailVerified, createdAt: createdAt.toISOString() },
    session: {
      id: session.id,
      createdAt: session.createdAt.toISOString(),
      lastSeenAt: session.updatedAt.toISOString(),
      expiresAt: session.expiresAt.toISOString(),
      idleExpiresAt: session.expiresAt.toISOString(),
      authenticatedAt: session.createdAt.toISOString(),
      methods: ['password'],
    },
  }
}

const app = new Hono()
app.all('/api/auth/*', ({ req }) => auth.handler(req.raw))
app.get('/v1/session', async (context) => {
  const found = await auth.api.getSession({ headers: context.req.raw.headers })
  const json = found === null ? NOBODY : JSON.stringify(viewOf(found))
  return context.body(json, 200, { 'content-type': 'application/json' })
})
app.post('/bench/start', () => {
  const { email, name } = newView().user
  return auth.api.signUpEmail({ body: { email, name, password: 'a quiet place by the sea' }, asResponse: true })
})
app.post('/bench/revoke', ({ req }) => auth.api.signOut({ headers: req.raw.headers, asResponse: true }))
serve({ fetch: app.fetch, port: LISTEN.port, hostname: LISTEN.host })
