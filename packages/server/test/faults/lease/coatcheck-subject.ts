import { setTimeout as wait } from 'node:timers/promises'
import type { Answer } from './history.ts'
import type { Exchange } from './http-client.ts'
import type { LeaseNode } from './lease-node.ts'
import type { Population } from './population.ts'
import type { Psql } from './psql.ts'
import type { Held, Subject, Victim, Way } from './subject.ts'

const onlyTarget = ({ target }: Victim): readonly string[] => [target.session]
const both = ({ target, sibling }: Victim): readonly string[] => [target.session, sibling.session]

/** Nodes of `coatcheck serve`, and somebody at psql. */
export function coatcheckSubject(
  nodes: readonly LeaseNode[],
  psql: Psql,
  population: Pick<Population, 'next'>,
): Subject {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const nodeOf = (name: string): LeaseNode => {
    const node = byName.get(name)
    if (node === undefined) throw new Error(`there is no node ${name}`)
    return node
  }
  return {
    nodes: nodes.map(({ name }) => name),
    ways: [...waysAtNodes(nodeOf), ...waysAtPsql(psql)],
    newVictim: () => population.next(),
    async check(name, held) {
      const node = nodeOf(name)
      const exchange = await node.client.send({ method: 'GET', path: '/v1/session', headers: cookieOf(node, held) })
      return { start: exchange.start, end: exchange.end, answer: answerIn(exchange, held) }
    },
  }
}

/** The cookie's name has the node's port in it; its value is the same everywhere. */
function cookieOf({ port }: LeaseNode, { token }: Held): { readonly cookie: string } {
  return { cookie: `coatcheck-${port}=${token}` }
}

function answerIn({ status, body }: Exchange, { session }: Held): Answer {
  if (status === null || (status === 503 && /"code":"(?:store-unavailable|busy)"/.test(body))) return 'unavailable'
  if (status !== 200) return 'broken'
  const view = JSON.parse(body) as { readonly session: { readonly id: string } | null }
  if (view.session === null) return 'signed-out'
  return view.session.id === session ? 'valid' : 'broken'
}

function waysAtNodes(nodeOf: (name: string) => LeaseNode): readonly Way[] {
  const asking = (
    how: string,
    method: 'POST' | 'DELETE',
    request: (victim: Victim) => { readonly path: string; readonly by: Held },
  ): Way => ({
    how,
    atNode: true,
    ends: onlyTarget,
    async run(victim, name) {
      const node = nodeOf(name)
      const { path, by } = request(victim)
      const { status } = await node.client.send({ method, path, headers: { ...cookieOf(node, by), origin: node.url } })
      // "No such session" is as good: an attempt before, whose answer was lost, has ended it.
      if (status === 204 || status === 404) return 'acknowledged'
      return status === 401 ? 'refused' : 'unknown'
    },
  })
  return [
    asking('sign-out', 'POST', ({ target }) => ({ path: '/v1/sign-out', by: target })),
    asking('end-one', 'DELETE', ({ target, sibling }) => ({ path: `/v1/sessions/${target.session}`, by: sibling })),
    asking('end-others', 'DELETE', ({ sibling }) => ({ path: '/v1/sessions', by: sibling })),
  ]
}

const DELETE = 'delete from coatcheck.sessions where id = $1'
const DISABLE = 'update coatcheck.users set disabled_at = $2 where id = $1'

function waysAtPsql(psql: Psql): readonly Way[] {
  const typing = (how: string, ends: Way['ends'], run: (victim: Victim) => Promise<boolean>): Way => ({
    how,
    atNode: false,
    ends,
    run: async (victim) => ((await run(victim)) ? 'acknowledged' : 'unknown'),
  })
  return [
    typing('psql delete', onlyTarget, ({ target }) => psql.acknowledges((query) => query(DELETE, [target.session]))),
    typing('psql long transaction', onlyTarget, ({ target }) =>
      psql.acknowledges(async (query) => {
        await query('begin')
        await query(DELETE, [target.session])
        // Others commit meanwhile, with higher transaction numbers.
        await wait(50 + Math.random() * 50)
        await query('commit')
      }),
    ),
    typing('psql disable', both, ({ user }) => psql.acknowledges((query) => query(DISABLE, [user, Date.now()]))),
  ]
}
