import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Answer } from './history.ts'
import type { Ask, Exchange } from './http-client.ts'
import { HttpClient } from './http-client.ts'
import { pick } from './campaign.ts'
import type { Held, Subject, Victim } from './subject.ts'

/** Servers of `express-server.ts`, driven as nodes of Coatcheck are. A request for a slow page is under way at each sign-out. */
export function expressSubject(ports: Readonly<Record<string, number>>): Subject & { close(): void } {
  const clients = new Map(Object.entries(ports).map(([name, port]) => [name, new HttpClient(port, 5_000)]))
  const nodes = [...clients.keys()]
  const send = (node: string, ask: Ask): Promise<Exchange> => {
    const client = clients.get(node)
    if (client === undefined) throw new Error(`there is no node ${node}`)
    return client.send(ask)
  }
  const signIn = async (user: string): Promise<Held> => {
    const { cookies, body } = await send(pick(nodes), { method: 'POST', path: `/sign-in/${user}`, headers: {} })
    const { session } = JSON.parse(body) as { readonly session: string }
    return { session, token: cookies[0]?.split(';')[0] ?? '' }
  }
  return {
    nodes,
    async newVictim() {
      const user = randomUUID()
      const [target, sibling] = await Promise.all([signIn(user), signIn(user)])
      return { user, target, sibling }
    },
    async check(node, { token }) {
      const exchange = await send(node, { method: 'GET', path: '/session', headers: { cookie: token } })
      return { start: exchange.start, end: exchange.end, answer: answerIn(exchange) }
    },
    ways: [
      {
        how: 'sign-out',
        atNode: true,
        ends: ({ target }: Victim) => [target.session],
        async run({ target }, node) {
          const headers = { cookie: target.token }
          const slow = send(pick(nodes), { method: 'GET', path: '/slow', headers })
          await wait(20)
          const { status } = await send(node, { method: 'POST', path: '/sign-out', headers })
          void slow
          return status === 204 ? 'acknowledged' : 'unknown'
        },
      },
    ],
    close() {
      for (const client of clients.values()) client.close()
    },
  }
}

function answerIn({ status, body }: Exchange): Answer {
  if (status === null) return 'unavailable'
  if (status !== 200) return 'broken'
  return (JSON.parse(body) as { readonly user: string | null }).user === null ? 'signed-out' : 'valid'
}
