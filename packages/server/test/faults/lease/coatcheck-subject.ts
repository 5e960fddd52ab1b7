import { setTimeout as wait } from 'node:timers/promises'
import type { Sealer } from '../../../src/core/sealer.ts'
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
  sealer: Sealer | null = null,
): Subject {
  const cookieOf: CookieOf = (node, held) => {
    const name = cookieName(node)
    return { cookie: `${name}=${sealer === null ? held.token : sealer.seal(name, held.token)}` }
  }
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const nodeOf = (name: string): LeaseNode => {
    const node = byName.get(name)
    if (node === undefined) throw new Error(`there is no node ${name}`)
    return node
  }
  return {
    nodes: nodes.map(({ name }) => name),
    ways: [...waysAtNodes(nodeOf, cookieOf, sealer !== null), ...waysAtPsql(psql, sealer !== null)],
    newVictim: () => population.next(),
    async check(name, held) {
      const node = nodeOf(name)
      const exchange = await node.client.send({ method: 'GET', path: '/v1/session', headers: cookieOf(node, held) })
      return { start: exchange.start, end: exchange.end, answer: answerIn(exchange, held) }
    },
  }
}

/** The Cookie header for a node. Its name has the node's port in it; a stored session's value is the same everywhere. */
type CookieOf = (node: LeaseNode, held: Held) => { readonly cookie: string }

function cookieName({ port }: LeaseNode): string {
  return `coatcheck-${port}`
}

function answerIn({ status, body }: Exchange, { session }: Held): Answer {
  if (status === null || (status === 503 && /"code":"(?:store-unavailable|busy)"/.test(body))) return 'unavailable'
  if (status !== 200) return 'broken'
  const view = JSON.parse(body) as { readonly session: { readonly id: string } | null }
  if (view.session === null) return 'signed-out'
  return view.session.id === session ? 'valid' : 'broken'
}

function waysAtNodes(nodeOf: (name: string) => LeaseNode, cookieOf: CookieOf, sealed: boolean): readonly Way[] {
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
  const endOne = asking('end-one', 'DELETE', ({ target, sibling }) => ({
    path: `/v1/sessions/${target.session}`,
    by: sibling,
  }))
  return [
    asking('sign-out', 'POST', ({ target }) => ({ path: '/v1/sign-out', by: target })),
    // Whose a sealed session is, only its cookie says.
    ...(sealed ? [] : [endOne]),
    asking('end-others', 'DELETE', ({ sibling }) => ({ path: '/v1/sessions', by: sibling })),
  ]
}

const DELETE = 'delete from coatcheck.sessions where id = $1'
const REVOKE = 'insert into coatcheck.sealed_revocations (session_id, expires_at) values ($1, 9007199254740991)'
const DISABLE = 'update coatcheck.users set disabled_at = $2 where id = $1'

function waysAtPsql(psql: Psql, sealed: boolean): readonly Way[] {
  const end = sealed ? REVOKE : DELETE
  const typing = (how: string, ends: Way['ends'], run: (victim: Victim) => Promise<boolean>): Way => ({
    how,
    atNode: false,
    ends,
    run: async (victim) => ((await run(victim)) ? 'acknowledged' : 'unknown'),
  })
  return [
    typing('psql delete', onlyTarget, ({ target }) => psql.acknowledges((query) => query(end, [target.session]))),
    typing('psql long transaction', onlyTarget, ({ target }) =>
      psql.acknowledges(async (query) => {
        await query('begin')
        await query(end, [target.session])
        // Others commit meanwhile, with higher transaction numbers.
        await wait(50 + Math.random() * 50)
        await query('commit')
      }),
    ),
    typing('psql disable', both, ({ user }) => psql.acknowledges((query) => query(DISABLE, [user, Date.now()]))),
  ]
}
