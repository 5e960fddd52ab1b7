/** Hono with nothing but the answer: what an application on it starts from. */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { LISTEN, newView } from './support.ts'

const view = newView()
const app = new Hono()
app.get('/v1/session', (context) => context.json(view))
serve({ fetch: app.fetch, port: LISTEN.port, hostname: LISTEN.host })
