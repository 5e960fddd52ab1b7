/** @fastify/secure-session on Fastify: all of the session is in an encrypted cookie. */
import secureSession from '@fastify/secure-session'
import fastify from 'fastify'
import { LISTEN, newView, NOBODY, SESSION_SECONDS, setting, type View } from './support.ts'

declare module '@fastify/secure-session' {
  interface SessionData {
    view: View
  }
}

const app = fastify()
await app.register(secureSession, {
  // A key as it is: one that is derived from a secret and a salt takes longer only at the start.
  key: Buffer.from(setting('KEY'), 'base64'),
  expiry: SESSION_SECONDS,
  cookie: { path: '/', httpOnly: true, sameSite: 'lax' },
})
app.get('/v1/session', ({ session }, reply) => {
  const view = session.get('view')
  return reply.type('application/json').send(view === undefined ? NOBODY : JSON.stringify(view))
})
app.post('/bench/start', (request, reply) => {
  request.session.set('view', newView())
  return reply.code(204).send()
})
app.post('/bench/revoke', (request, reply) => {
  // All that there is to do: the browser is told to forget it.
  request.session.delete()
  return reply.code(204).send()
})
await app.listen(LISTEN)
