/** @fastify/session on Fastify, with the store that STORE names: `redis` or `memory`. */
import cookie from '@fastify/cookie'
import fastifySession, { type FastifySessionOptions } from '@fastify/session'
import { RedisStore } from 'connect-redis'
import fastify, { type FastifyRequest } from 'fastify'
import { createClient } from 'redis'
import { LISTEN, newView, NOBODY, SESSION_SECONDS, setting, type View } from './support.ts'

/** What is used of its session. @fastify/secure-session, which is measured too, gives the same property other types. */
interface Kept {
  view?: View
  save(): Promise<void>
  destroy(): Promise<void>
}

const kept = (request: FastifyRequest): Kept => request.session as unknown as Kept

async function openRedis(): Promise<{ readonly store: NonNullable<FastifySessionOptions['store']> }> {
  const client = createClient({ url: setting('REDIS_URL') })
  await client.connect()
  const store = new RedisStore({ client, disableTouch: true })
  return { store: store as unknown as NonNullable<FastifySessionOptions['store']> }
}

const app = fastify()
await app.register(cookie)
await app.register(fastifySession, {
  // Its readme: any store of express-session's; in memory unless one is given.
  ...(setting('STORE') === 'redis' ? await openRedis() : {}),
  secret: setting('KEY'),
  saveUninitialized: false,
  rolling: false,
  cookie: { maxAge: SESSION_SECONDS * 1_000, httpOnly: true, sameSite: 'lax', secure: false },
})
app.get('/v1/session', (request, reply) => {
  const { view } = kept(request)
  return reply.type('application/json').send(view === undefined ? NOBODY : JSON.stringify(view))
})
app.post('/bench/start', async (request, reply) => {
  const session = kept(request)
  session.view = newView()
  await session.save()
  return reply.code(204).send()
})
app.post('/bench/revoke', async (request, reply) => {
  await kept(request).destroy()
  return reply.code(204).send()
})
await app.listen(LISTEN)
