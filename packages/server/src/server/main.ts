import { getRequestListener } from '@hono/node-server'
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { pino } from 'pino'
import { checkListener } from '../adapters/node/check-listener.ts'
import type { Auth, ServedAuth } from '../auth.ts'
import { assemble } from '../coatcheck.ts'
import { ConfigurationError } from '../core/errors.ts'
import { problem } from '../http/problem.ts'
import { writtenPath } from '../http/written-path.ts'
import { auditTrail } from './audit-trail.ts'
import { clientAddress, isTrustedPeer } from './client-address.ts'
import type { Config } from './config.ts'
import type { Log } from '../log.ts'
import type { LeaseMetrics } from '../core/session/lease-metrics.ts'
import { answerWith, collectFromWorkers } from './worker-reports.ts'
import { letGoOfIdleTakers } from './idle-takers.ts'
import { openLogDestination } from './log-destination.ts'

/** How long requests under way may take to finish once the server was told to stop. */
const DRAIN_MS = 10_000
/** How long a server that was told to stop goes on taking requests, to tell its clients. */
const FAREWELL_MS = 300
/** A path that no route can have. */
const NOWHERE = '/%'
/** How soon a connection is closed that has become idle meanwhile. */
const IDLE_LOOK_MS = 50

/** A server that listens. */
export interface RunningServer {
  readonly port: number
  /** Tells clients, takes no more requests, finishes those under way, and lets go of the store. */
  close(): Promise<void>
}

/**
 * Starts the server: Coatcheck as a process of its own, beside a back-end in any language.
 *
 * @param worker its number, if it is one of several on this port: each line of the log says which
 * @throws ConfigurationError a setting that cannot work, a port in use included
 * @throws StoreUnavailable the database does not answer
 */
export async function serve(config: Config, worker?: number): Promise<RunningServer> {
  const destination = openLogDestination()
  const base = { pid: process.pid, hostname: hostname(), ...(worker === undefined ? {} : { worker }) }
  const log = pino({ base, redact: ['password', '*.password'] }, destination.stream)
  const audit = auditTrail(log)
  const auth = await assemble({ ...config.options, log, audit, gatherMetrics })
  answerWith(() => auth.metrics())
  try {
    const sockets = new Set<Socket>()
    const server = createServer(auth, config, sockets, log)
    await listen(server, config)
    const message = worker === undefined ? 'listening' : 'worker listening'
    log.info({ url: config.options.url, host: config.host, port: config.port }, message)
    const close = async (): Promise<void> => {
      await drain(server, sockets, auth)
      audit.close()
      await destination.close()
    }
    return { port: config.port, close }
  } catch (error) {
    await auth.close()
    throw error
  }
}

/** Those of all workers, whichever of them is asked. */
async function gatherMetrics(): Promise<readonly LeaseMetrics[]> {
  return (await collectFromWorkers()) as readonly LeaseMetrics[]
}

/** @param sockets holds the connections while they are open */
function createServer(
  auth: ServedAuth,
  { trustedProxies, options }: Config,
  sockets: Set<Socket>,
  log: Pick<Log, 'error'>,
): Server {
  const addressOf = ({ socket, headers }: IncomingMessage): string | null => {
    const forwardedFor = headers['x-forwarded-for']
    return clientAddress(socket.remoteAddress, typeof forwardedFor === 'string' ? forwardedFor : null, trustedProxies)
  }
  const answer = (request: Request, incoming: IncomingMessage): Promise<Response> =>
    auth.fetch(asWritten(request, incoming.url ?? ''), {
      clientAddress: addressOf(incoming),
      isTrustedPeer: isTrustedPeer(incoming.socket.remoteAddress, trustedProxies),
    })
  const listener = getRequestListener((request, { incoming }) => answer(request, incoming as IncomingMessage), {
    // HTTP/1.0, which health checks still speak, need not name a host.
    hostname: new URL(options.url).host,
    errorHandler: (failure) => {
      const unreadable = isUnreadable(failure)
      if (!unreadable) log.error({ err: failure }, 'a request failed before it was handled')
      return refuse(auth, options.url, unreadable)
    },
  })
  const settings = {
    // A client that drips its headers or its body is let go; Node looks every second.
    headersTimeout: 10_000,
    requestTimeout: 20_000,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: 16_384,
  }
  const server = createHttpServer(settings, checkListener(auth.answerCheck, addressOf, listener))
  server.once('close', letGoOfIdleTakers(sockets))
  return server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
}

/**
 * The request, or one for an address that there is not where its path was written otherwise than it is by now: the platform has
 * resolved `/v1/x/../sign-in`.
 *
 * @param target the request's, as it came over the wire
 */
function asWritten(request: Request, target: string): Request {
  if (writtenPath(request.url) === writtenPath(target)) return request
  // No Request can be a TRACE.
  const method = request.method === 'TRACE' ? 'GET' : request.method
  return new Request(new URL(NOWHERE, request.url), { method, headers: request.headers })
}

/** As @hono/node-server and the platform tell it. */
function isUnreadable(failure: unknown): boolean {
  if (!(failure instanceof Error)) return false
  return failure.name === 'RequestError' || ('code' in failure && failure.code === 'ERR_INVALID_URL')
}

/** The answer to what never became a request, with the headers of all other answers. */
async function refuse(auth: Auth, url: string, unreadable: boolean): Promise<Response> {
  const { headers } = await auth.fetch(new Request(new URL(NOWHERE, url)))
  const { problem: body } = unreadable
    ? problem('invalid-request', { detail: 'The Host header or the address cannot be read.' })
    : problem('internal-error')
  return new Response(JSON.stringify(body), { status: body.status, headers })
}

async function listen(server: Server, { host, port }: Config): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    throw new ConfigurationError(sayWhy(error, host, port), { cause: error })
  }
}

function sayWhy(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return `PORT: ${port} is in use on ${host}. Stop what uses it, or set PORT to another.`
  if (code === 'EACCES') return `PORT: this user may not listen on ${port}. Set PORT to 1024 or more.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST: "${host}" is no address of this machine.`
  return `Listening on ${host}:${port} failed: ${String(error)}.`
}

/** Waits for answers, not for sockets: those that have said nothing (browsers open some ahead), or nothing more, are closed. */
async function drain(server: Server, sockets: ReadonlySet<Socket>, auth: Auth): Promise<void> {
  await sayFarewell(server)
  const closed = once(server, 'close')
  server.close()
  const closeIdle = setInterval(() => {
    server.closeIdleConnections()
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  }, IDLE_LOOK_MS)
  const giveUp = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
  await closed
  clearInterval(closeIdle)
  clearTimeout(giveUp)
  await auth.close()
}

/**
 * Goes on for a moment, and says with each answer that it is the last on its connection: a request that was on its way when
 * an idle connection is closed would be lost, and its client would not know whether it had been done.
 */
async function sayFarewell(server: Server): Promise<void> {
  server.prependListener('request', (_incoming, outgoing) => void outgoing.setHeader('connection', 'close'))
  const connections = await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))
  if (connections > 0) await wait(FAREWELL_MS)
}
