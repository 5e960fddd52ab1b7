import { once } from 'node:events'
import type { Server } from 'node:http'
import { join } from 'node:path'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import { type Auth, coatcheck } from 'coatcheck'
import { type Context, Hono } from 'hono'
import { readNewTrade } from './new-trade.ts'
import { problem } from './problem.ts'
import type { Settings } from './settings.ts'
import { openTrades, type Trades } from './trades.ts'

type AppContext = Context<{ Bindings: HttpBindings }>

/** An API that listens. */
export interface RunningApi {
  /** Takes no more requests, finishes those under way, and closes both databases. */
  close(): Promise<void>
}

/** What stands between a browser and the API: it is given a request, and whom to ask. */
export type Between = (
  request: Request,
  ask: (request: Request) => Response | Promise<Response>,
) => Response | Promise<Response>

/**
 * Starts the API: Coatcheck, a table of trades, and the routes between them.
 *
 * @param between `npm start` has something there that can be told to break things
 */
export async function startApi(
  settings: Settings,
  between: Between = (request, ask) => ask(request),
): Promise<RunningApi> {
  const { apiUrl, webUrl, farUrl, port, dataFolder, sessionSeconds } = settings
  const auth = await coatcheck({
    url: apiUrl,
    frontends: [webUrl, farUrl],
    database: join(dataFolder, 'coatcheck.db'),
    // A session ends an hour after it began, and sooner if nobody uses it for half an hour.
    sessionPolicy: { absoluteSeconds: sessionSeconds, idleSeconds: Math.min(1_800, sessionSeconds) },
  })
  const trades = openTrades(join(dataFolder, 'trades.db'))
  const app = createApp(auth, trades)
  const server = createAdaptorServer({
    fetch: (request, environment) => between(request, (passed) => app.fetch(passed, environment)),
  }) as Server
  const close = async (): Promise<void> => {
    await drain(server)
    trades.close()
    await auth.close()
  }
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return { close }
  } catch (error) {
    await close()
    throw error
  }
}

function createApp(auth: Auth, trades: Trades): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>()
  const info = (c: AppContext) => ({ clientAddress: getConnInfo(c).remote.address ?? null })

  // Sign-up, sign-in, sign-out, who am I, my devices: all of it is Coatcheck's. So are the pages that explain it.
  for (const path of ['/v1/*', '/docs', '/openapi.json', '/problems/*', '/healthz', '/readyz']) {
    app.all(path, (c) => auth.fetch(c.req.raw, info(c)))
  }

  // A protected route: the handler runs only for somebody signed in. `protect` answers everyone else, and adds what a page
  // on another origin needs (CORS, preflight).
  const listTrades = auth.protect((_request, { user }) => Response.json({ trades: trades.listByUser(user.id) }))
  const addTrade = auth.protect(async (request, { user }) => {
    const read = await readNewTrade(request)
    return read.ok ? Response.json(trades.add(user.id, read.trade), { status: 201 }) : read.refusal
  })
  const otherMethod = auth.protect(() =>
    problem(405, 'method-not-allowed', 'Trades are listed by GET and recorded by POST', {
      headers: { allow: 'HEAD, GET, POST, OPTIONS' },
    }),
  )
  app.get('/trades', (c) => listTrades(c.req.raw, info(c)))
  app.post('/trades', (c) => addTrade(c.req.raw, info(c)))
  app.options('/trades', (c) => addTrade(c.req.raw, info(c)))
  app.all('/trades', (c) => otherMethod(c.req.raw, info(c)))

  // A route that is for everybody, and greets those it knows: `check` says who it is, or null.
  app.get('/', async (c) => {
    const who = await auth.check(c.req.raw, info(c))
    c.header('cache-control', 'no-store')
    return c.text(`Hello, ${who?.user.name ?? who?.user.email ?? 'stranger'}. This is the trades API; read /docs.\n`)
  })

  // Coatcheck answers what there is nothing for with a problem document, like everything else.
  app.notFound((c) => auth.fetch(c.req.raw, info(c)))
  return app
}

async function drain(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const impatience = setTimeout(() => server.closeAllConnections(), 1_000)
  await closed
  clearTimeout(impatience)
}
