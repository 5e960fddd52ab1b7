/** express-session on Express, with the store that STORE names: `postgres`, `redis` or `memory`. */
import connectPgSimple from 'connect-pg-simple'
import { RedisStore } from 'connect-redis'
import session, { MemoryStore, type Store } from 'express-session'
import pg from 'pg'
import { createClient } from 'redis'
import { quietExpress } from './quiet-express.ts'
import { LISTEN, newView, NOBODY, SESSION_SECONDS, setting, type View } from './support.ts'

declare module 'express-session' {
  interface SessionData {
    view: View
  }
}

async function openStore(): Promise<Store> {
  const store = setting('STORE')
  if (store === 'memory') return new MemoryStore()
  // `disableTouch` in both: without it each request also writes when the session was used (both readmes, "disableTouch").
  if (store === 'redis') {
    const client = createClient({ url: setting('REDIS_URL') })
    await client.connect()
    return new RedisStore({ client, disableTouch: true })
  }
  const pool = new pg.Pool({ connectionString: setting('DATABASE_URL'), max: 10, idleTimeoutMillis: 0 })
  await pool.query('select 1')
  const Postgres = connectPgSimple(session)
  return new Postgres({ pool, createTableIfMissing: true, disableTouch: true, pruneSessionInterval: false })
}

const app = quietExpress()
app.use(
  session({
    store: await openStore(),
    secret: setting('KEY'),
    // As its readme recommends: nothing is saved that did not change, nor before there is something to keep.
    resave: false,
    saveUninitialized: false,
    rolling: false,
    cookie: { maxAge: SESSION_SECONDS * 1_000, httpOnly: true, sameSite: 'lax' },
  }),
)
app.get('/v1/session', ({ session: { view } }, response) => {
  response.type('json').send(view === undefined ? NOBODY : JSON.stringify(view))
})
app.post('/bench/start', (request, response) => {
  request.session.view = newView()
  request.session.save((failure: unknown) => void response.status(failure ? 500 : 204).end())
})
app.post('/bench/revoke', (request, response) => {
  request.session.destroy((failure: unknown) => void response.status(failure ? 500 : 204).end())
})
app.listen(LISTEN.port, LISTEN.host)
