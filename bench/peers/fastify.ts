/** Fastify with nothing but the answer: what an application on it starts from. */
import fastify from 'fastify'
import { LISTEN, newView } from './support.ts'

const view = newView()
const app = fastify()
app.get('/v1/session', (_request, reply) => reply.type('application/json').send(JSON.stringify(view)))
await app.listen(LISTEN)
