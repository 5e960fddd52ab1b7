/**
 * Sign-up and sign-in as one writes them by hand: Express, express-session with connect-pg-simple, and argon2id with
 * Coatcheck's parameters, as many hashes at once as libuv has threads: four.
 */
import { hash, verify } from '@node-rs/argon2'
import connectPgSimple from 'connect-pg-simple'
import express from 'express'
import session from 'express-session'
import pg from 'pg'
import { quietExpress } from './quiet-express.ts'
import { ARGON2ID, LISTEN, newView, NOBODY, SESSION_SECONDS, setting, type View } from './support.ts'

declare module 'express-session' {
  interface SessionData {
    view: View
  }
}

/** Verified where there is no such user, so that the answer takes as long. */
const UNKNOWN = await hash('nobody', ARGON2ID)

const pool = new pg.Pool({ connectionString: setting('DATABASE_URL'), max: 10, idleTimeoutMillis: 0 })
await pool.query('create table if not exists users (email text primary key, hash text not null, view json not null)')
const Postgres = connectPgSimple(session)
const store = new Postgres({ pool, createTableIfMissing: true, disableTouch: true, pruneSessionInterval: false })

const app = quietExpress()
app.use(express.json())
app.use(
  session({
    store,
    secret: setting('KEY'),
    resave: false,
    saveUninitialized: false,
    cookie: { maxAge: SESSION_SECONDS * 1_000, httpOnly: true, sameSite: 'lax' },
  }),
)

interface Credentials {
  readonly email: string
  readonly password: string
}

/** A new session for the user, whatever session there was before. */
function start(request: express.Request, response: express.Response, view: View, status: number): void {
  request.session.regenerate((failure: unknown) => {
    if (failure) return void response.status(500).end()
    request.session.view = view
    request.session.save((unsaved: unknown) => void response.status(unsaved ? 500 : status).json(view))
  })
}

app.get('/v1/session', ({ session: { view } }, response) => {
  response.type('json').send(view === undefined ? NOBODY : JSON.stringify(view))
})
app.post('/sign-up', async (request, response) => {
  const { email, password } = request.body as Credentials
  const view = newView()
  const hashed = await hash(password, ARGON2ID)
  const insert = 'insert into users (email, hash, view) values ($1, $2, $3) on conflict do nothing'
  const { rowCount } = await pool.query({ name: 'insert-user', text: insert, values: [email, hashed, view] })
  if (rowCount === 0) response.status(409).end()
  else start(request, response, view, 201)
})
app.post('/sign-in', async (request, response) => {
  const { email, password } = request.body as Credentials
  const find = { name: 'find-user', text: 'select hash, view from users where email = $1', values: [email] }
  const { rows } = await pool.query<{ hash: string; view: View }>(find)
  const verified = await verify(rows[0]?.hash ?? UNKNOWN, password)
  if (rows[0] === undefined || !verified) response.status(401).end()
  else start(request, response, rows[0].view, 200)
})
app.listen(LISTEN.port, LISTEN.host)
