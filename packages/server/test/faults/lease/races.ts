import { setTimeout as wait } from 'node:timers/promises'
import type { Auth } from '../../../src/auth.ts'
import { emptyHistory, type History } from './history.ts'
import type { Held, Victim } from './subject.ts'

const URL_OF_API = 'http://localhost:4000'
const COOKIE = 'coatcheck-4000'

/** Two whole session systems in this process, over one store: the nodes. */
export type Pair = readonly [Auth, Auth]

/** What runs beside a sign-out; it is to tell of every secret that comes into being. */
export type Rival = (race: Race) => Promise<void>

/** One session that is being signed out. */
export interface Race {
  readonly nodes: Pair
  readonly history: History
  readonly session: string
  /** Every secret that the session has had. */
  readonly tokens: string[]
}

/** Where the sessions come from, how many, and L. */
export interface RaceOptions {
  readonly nodes: Pair
  readonly next: () => Promise<Victim>
  readonly times: number
  readonly leaseMs: number
}

const AT_ONCE = 10

/** Signs out many sessions while their rival runs, and asks both nodes for every secret, to beyond L and the last late write. */
export async function raceSignOuts(rival: Rival, options: RaceOptions): Promise<History> {
  const { nodes, next, times, leaseMs } = options
  const history = emptyHistory()
  const tails: Promise<void>[] = []
  let begun = 0
  const worker = async (): Promise<void> => {
    while (begun < times) {
      begun += 1
      const { target } = await next()
      const race: Race = { nodes, history, session: target.session, tokens: [target.token] }
      // Known to both nodes, or to none.
      if (Math.random() < 0.5) await askAll(race)
      await Promise.all([
        wait(4 * Math.random()).then(() => rival(race)),
        wait(8 * Math.random()).then(() => signOut(race, target)),
      ])
      await askAll(race)
      tails.push(wait(leaseMs + 600).then(() => askAll(race)))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  await Promise.all(tails)
  return history
}

/** Its secret is changed, and the new one is used at once. */
export async function rotation(race: Race): Promise<void> {
  const node = Math.random() < 0.5 ? 0 : 1
  const [old = ''] = race.tokens
  const rotated = await race.nodes[node].sessions.rotate(requestWith(old))
  const fresh = /=([A-Za-z0-9_-]{64});/.exec(rotated?.setCookie ?? '')?.[1]
  if (fresh === undefined) return
  race.tokens.push(fresh)
  await Promise.all([ask(race, 0, fresh), ask(race, 1, fresh)])
}

/** It is used, again and again: uses are noted, and written a little later. */
export async function use(race: Race): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await askAll(race)
    await wait(2 * Math.random())
  }
}

/** Another sign-out of the same session, at the other node or the same. */
export async function signOutAgain(race: Race): Promise<void> {
  await signOut(race, { session: race.session, token: race.tokens[0] ?? '' })
}

async function signOut({ nodes, history, session }: Race, { token }: Held): Promise<void> {
  const node = Math.random() < 0.5 ? 0 : 1
  const logged: History['revocations'][number] = {
    how: 'sign-out',
    node: String(node),
    sessions: [session],
    start: performance.now(),
    ackedAt: null,
  }
  history.revocations.push(logged)
  const headers = { cookie: `${COOKIE}=${token}`, origin: URL_OF_API }
  const response = await nodes[node].fetch(new Request(`${URL_OF_API}/v1/sign-out`, { method: 'POST', headers }))
  if (response.status === 204) logged.ackedAt = performance.now()
}

async function askAll(race: Race): Promise<void> {
  await Promise.all(race.tokens.flatMap((token) => [ask(race, 0, token), ask(race, 1, token)]))
}

async function ask({ nodes, history, session }: Race, node: 0 | 1, token: string): Promise<void> {
  const start = performance.now()
  const found = await nodes[node].check(requestWith(token))
  const answer = found === null ? 'signed-out' : 'valid'
  history.checks.push({ node: String(node), session, start, end: performance.now(), answer })
}

function requestWith(token: string): Request {
  return new Request(`${URL_OF_API}/v1/session`, { headers: { cookie: `${COOKIE}=${token}` } })
}
