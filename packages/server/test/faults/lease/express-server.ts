// The control: express-session over connect-pg-simple, as it is usually put together, with one slow handler.
import connectPgSimple from 'connect-pg-simple'
import express from 'express'
import session from 'express-session'

declare module 'express-session' {
  interface SessionData {
    user: string
    visits: number
  }
}

/** How long the slow handler works before its answer, and with it the session, goes out. */
const SLOW_MS = 150

const PgSession = connectPgSimple(session)
const app = express()
app.use(
  session({
    store: new PgSession({
      conObject: { connectionString: process.env['CONTROL_DATABASE'] ?? '' },
      createTableIfMissing: true,
      pruneSessionInterval: false,
    }),
    secret: 'control',
    resave: false,
    saveUninitialized: false,
  }),
)

app.post('/sign-in/:user', (request, response) => {
  request.session.user = request.params.user
  response.json({ session: request.session.id })
})

app.get('/session', (request, response) => void response.json({ user: request.session.user ?? null }))

app.get('/slow', (request, response) => {
  request.session.visits = (request.session.visits ?? 0) + 1
  setTimeout(() => response.json({ visits: request.session.visits }), SLOW_MS)
})

app.post('/sign-out', (request, response, next) => {
  request.session.destroy((error: unknown) => {
    if (error) next(error)
    else response.status(204).end()
  })
})

app.listen(Number(process.env['PORT']), '127.0.0.1', () => console.log('"listening"'))
