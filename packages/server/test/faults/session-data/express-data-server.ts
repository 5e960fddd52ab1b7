// The control: the same back-end over express-session with connect-pg-simple, as it is usually put together.
import connectPgSimple from 'connect-pg-simple'
import express from 'express'
import session from 'express-session'

declare module 'express-session' {
  interface SessionData {
    values: Record<string, number | boolean>
  }
}

const PgSession = connectPgSimple(session)
const app = express()
app.use(
  session({
    store: new PgSession({
      conObject: { connectionString: process.env['COATCHECK_DATABASE'] ?? '' },
      createTableIfMissing: true,
      pruneSessionInterval: false,
    }),
    secret: 'control',
    resave: false,
    saveUninitialized: false,
  }),
)

app.get('/all', (request, response) => void response.json(request.session.values ?? {}))

app.post('/count', (request, response) => {
  const values = (request.session.values ??= {})
  values['count'] = Number(values['count'] ?? 0) + 1
  response.json(values['count'])
})

app.post('/set', (request, response) => {
  const { key, number } = request.query
  const values = (request.session.values ??= {})
  values[typeof key === 'string' ? key : ''] = Number(number)
  response.json(null)
})

app.post('/slow', (request, response, next) => {
  const values = (request.session.values ??= {})
  values['begun'] = true
  request.session.save((error: unknown) => {
    if (error) {
      next(error)
      return
    }
    setTimeout(() => {
      values['late'] = true
      response.json(null)
    }, Number(request.query['number']))
  })
})

app.post('/sign-out', (request, response, next) => {
  request.session.destroy((error: unknown) => {
    if (error) next(error)
    else response.status(204).end()
  })
})

app.listen(Number(process.env['PORT']), '127.0.0.1', () => console.log('"listening"'))
