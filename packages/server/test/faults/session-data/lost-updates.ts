import { setTimeout as wait } from 'node:timers/promises'
import { startServer, type ServerProcess } from '../../support/server-process.ts'

/** The keys that are written at once. */
export const PARALLEL_KEYS = ['a', 'b', 'c', 'd'] as const

/** What all nodes are reached as; their cookies and origins go by it, not by their ports. */
export const SERVICE = 'http://localhost:4000'

const NODES = 3
const MOST_LOOKS = 500

/** Processes that serve one session from one database. */
export class Nodes {
  readonly #servers: readonly ServerProcess[]
  #next = 0

  private constructor(servers: readonly ServerProcess[]) {
    this.#servers = servers
  }

  /** One after the other: the first makes the tables. */
  static async start(main: string, environment: Readonly<Record<string, string>>): Promise<Nodes> {
    const servers: ServerProcess[] = []
    try {
      for (let node = 0; node < NODES; node += 1) servers.push(await startServer(environment, main))
    } catch (error) {
      await new Nodes(servers).stop()
      throw error
    }
    return new Nodes(servers)
  }

  /** Sends a request to the next node in turn. */
  send(method: 'GET' | 'POST', path: string, cookie: string, body?: object): Promise<Response> {
    const { url } = this.#servers[(this.#next += 1) % NODES] ?? { url: '' }
    const headers: Record<string, string> = { origin: SERVICE, 'content-type': 'application/json' }
    if (cookie !== '') headers['cookie'] = cookie
    return fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop('SIGKILL')))
  }
}

/** One visitor, from the first thing that is remembered of them. */
export async function newVisitor(nodes: Nodes): Promise<string> {
  const response = await nodes.send('POST', '/set?key=a&number=0', '')
  // To its end: express-session sends the headers first, and the end of the body once it has saved.
  const text = await response.text()
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0]
  if (cookie === undefined) throw new Error(`${response.status} ${text}`)
  return cookie
}

/** What the session holds, as any node has it. */
export async function valuesOf(nodes: Nodes, cookie: string): Promise<Record<string, number | boolean>> {
  const response = await nodes.send('GET', '/all', cookie)
  if (response.status !== 200) throw new Error(`GET /all: ${response.status} ${await response.text()}`)
  return (await response.json()) as Record<string, number | boolean>
}

/**
 * Writers who each count so often, at once over all nodes.
 *
 * @returns how many counts were acknowledged and are not in the sum
 */
export async function lostCounts(
  nodes: Nodes,
  { writers, each, path = '/count' }: { readonly writers: number; readonly each: number; readonly path?: string },
): Promise<number> {
  const cookie = await newVisitor(nodes)
  const write = async (): Promise<void> => {
    for (let turn = 0; turn < each; turn += 1) await acknowledged(nodes.send('POST', path, cookie))
  }
  await Promise.all(Array.from({ length: writers }, () => write()))
  return writers * each - Number((await valuesOf(nodes, cookie))['count'])
}

/**
 * Requests of one session that change different keys at once, round by round.
 *
 * @returns how many acknowledged writes were not there at the end of their round
 */
export async function lostKeys(nodes: Nodes, rounds: number): Promise<number> {
  const cookie = await newVisitor(nodes)
  let lost = 0
  for (let round = 1; round <= rounds; round += 1) {
    const writes = PARALLEL_KEYS.map((key) => nodes.send('POST', `/set?key=${key}&number=${round}`, cookie))
    await Promise.all(writes.map((write) => acknowledged(write)))
    const values = await valuesOf(nodes, cookie)
    lost += PARALLEL_KEYS.filter((key) => values[key] !== round).length
  }
  return lost
}

/** A handler that is at work for so long, and has begun when this resolves; then its answer, in time. */
export async function beginSlowHandler(
  nodes: Nodes,
  cookie: string,
  ms: number,
): Promise<{ readonly answer: Promise<Response> }> {
  const answer = nodes.send('POST', `/slow?number=${ms}`, cookie)
  for (let look = 0; (await valuesOf(nodes, cookie))['begun'] !== true; look += 1) {
    if (look === MOST_LOOKS) throw new Error(`the handler does not begin: ${await (await answer).text()}`)
    await wait(10)
  }
  return { answer }
}

async function acknowledged(answer: Promise<Response>): Promise<void> {
  const response = await answer
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${response.status} ${text}`)
}
