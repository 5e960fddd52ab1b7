import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, Suite } from '../harness/bench.ts'
import {
  COATCHECK,
  coatcheckCookies,
  type CoatcheckEntry,
  placesFor,
  prepareCoatcheck,
  withSettings,
} from '../harness/entrants.ts'
import { installPeers } from '../harness/install-peers.ts'
import { endSession, startSessions } from '../harness/peer-cookies.ts'
import { type Peer, peerProgram, PEERS } from '../harness/peers.ts'
import { digits, type Report, told } from '../harness/report.ts'
import { StaleWatch } from '../harness/stale-watch.ts'
import { spread } from '../harness/statistics.ts'
import type { Subject } from '../harness/subject.ts'

/** The port in the URL that all nodes of a Coatcheck have in these runs, whatever they listen on. */
const URL_PORT = 4_000
/** So long both nodes know the session before it is ended. */
const KNOWN_MS = 300
/** Between two questions to a node that may go on saying yes for minutes. */
const SELDOM_MS = 100
/** How long a node that should say no at once may take before that is believed to be for ever. */
const PATIENCE_MS = 20_000
/** A little longer than the 300 s that a cookie cache is believed in the example of its documentation. */
const CAP_MS = 310_000
const UNSHARED = 'another node never knows the session'

/** What was seen of one subject: from the acknowledgement at one node to the last yes of another, in milliseconds. */
export interface Staleness {
  readonly delaysMs: readonly number[]
  /** Whether it said yes until the measurement gave up. */
  readonly untilExpiry?: boolean
}

interface Pair {
  readonly id: string
  readonly name: string
  readonly near: Subject
  readonly far: Subject
  readonly path?: string | undefined
  /** What it may lag by, as configured. */
  readonly mayLag: string
  readonly takesMinutes: boolean
  /** The Cookie header of a session that no other try has used. */
  newSession(): Promise<string>
  end(cookie: string): Promise<void>
}

/** How long after a revocation another node still says yes. */
export const staleness: Suite = {
  about: 'how long after a revocation at one node another still accepts the session',
  async run(bench) {
    await installPeers(bench.root)
    const tries = 4 * bench.pace.rounds
    const found = new Map<string, { readonly pair: Pair; readonly seen: Staleness }>()
    // Those that may take minutes are waited for at the same time, after the others.
    const slow: Pair[] = []
    for (const start of starters(bench, tries)) {
      const pair = await start()
      if (!pair.takesMinutes) {
        const delaysMs: number[] = []
        for (let turn = 0; turn < tries; turn += 1) {
          const seen = await seenOnce(pair, PATIENCE_MS)
          if (seen.untilExpiry === true) throw new Error(`${pair.name}: another node still says yes after 20 s.`)
          delaysMs.push(...seen.delaysMs)
        }
        found.set(pair.id, { pair, seen: { delaysMs } })
        await pair.near.stop()
        await pair.far.stop()
      } else slow.push(pair)
    }
    const late = await Promise.all(slow.map(async (pair) => ({ pair, seen: await seenOnce(pair, CAP_MS) })))
    for (const { pair, seen } of late) found.set(pair.id, { pair, seen })
    return [reportOf(found)]
  },
}

/** One session's life: known to both nodes, ended at one; and how long the other said yes after that. */
async function seenOnce(pair: Pair, patienceMs: number): Promise<Staleness> {
  const cookie = await pair.newSession()
  const near = new StaleWatch(pair.near, cookie, pair.path)
  const far = new StaleWatch(pair.far, cookie, pair.path)
  const knownUntil = performance.now() + KNOWN_MS
  while (performance.now() < knownUntil) {
    const both = await Promise.all([near.ask(), far.ask()])
    if (both.includes(false)) throw new Error(`${pair.name}: a session was not known to both nodes.`)
  }
  const [acknowledgedAt] = await Promise.all([
    endInTheMidst(pair, cookie, far),
    far.watch(performance.now() + patienceMs, pair.takesMinutes ? SELDOM_MS : 0),
  ])
  near.close()
  far.close()
  const delaysMs = [Math.max(0, far.lastYesAt - acknowledgedAt)]
  return far.isOver ? { delaysMs } : { delaysMs, untilExpiry: true }
}

/** @returns when it was acknowledged */
async function endInTheMidst({ name, end }: Pair, cookie: string, far: StaleWatch): Promise<number> {
  // Somewhere in the course of whatever the nodes do at intervals.
  await sleep(Math.random() * KNOWN_MS)
  if (far.isOver) throw new Error(`${name}: a session was refused before it was ended.`)
  await end(cookie)
  return performance.now()
}

function* starters(bench: Bench, tries: number): Generator<() => Promise<Pair>> {
  for (const entry of COATCHECK) yield () => coatcheckPair(bench, entry, tries)
  for (const peer of PEERS) if (peer.mayLag !== null) yield () => peerPair(bench, peer)
}

async function coatcheckPair(bench: Bench, entry: CoatcheckEntry, tries: number): Promise<Pair> {
  const { database, seeds } = await prepareCoatcheck(bench, entry, tries)
  const program = withSettings(entry.program(bench, database), { COATCHECK_URL: `http://localhost:${URL_PORT}` })
  const [near, far] = [await bench.start(program), await bench.start(program)]
  const cookies = [...coatcheckCookies(bench, entry, URL_PORT, seeds)]
  return {
    id: entry.id,
    name: entry.name,
    near,
    far,
    mayLag: entry.remembers ? 'at most its lease: 1 s' : 'none',
    takesMinutes: false,
    newSession: () => Promise.resolve(cookies.pop() ?? ''),
    end: (cookie) => endSession(near, cookie, entry.isApplication === true ? undefined : '/v1/sign-out'),
  }
}

async function peerPair(bench: Bench, peer: Peer): Promise<Pair> {
  const places = await placesFor(bench, peer)
  const settings = { ...peer.settings, ...peer.asDocumented }
  const program = peerProgram({ ...peer, settings }, places)
  const [near, far] = [await bench.start(program), await bench.start(program)]
  return {
    id: peer.id,
    name: peer.name,
    near,
    far,
    path: peer.path,
    mayLag: peer.mayLag ?? '',
    takesMinutes: peer.mayLag !== 'none',
    newSession: async () => (await startSessions(near, 1))[0] ?? '',
    end: (cookie) => endSession(near, cookie),
  }
}

function reportOf(found: ReadonlyMap<string, { readonly pair: Pair; readonly seen: Staleness }>): Report {
  const rows = [...found.values()].map(({ pair, seen: { delaysMs, untilExpiry } }) => [
    pair.name,
    String(delaysMs.length),
    untilExpiry === true ? `still yes after ${digits(CAP_MS / 1_000)} s` : told(spread(delaysMs)),
    pair.mayLag,
  ])
  const memory = PEERS.filter(({ mayLag }) => mayLag === null)
  return {
    title: 'How long another node still says yes after a session was ended',
    columns: ['subject', 'tries', 'ms after the acknowledgement', 'by its configuration'],
    rows: [...rows, ...memory.map(({ name }) => [name, '—', UNSHARED, '—'])],
    notes: [
      'Two nodes on one database, each asked by one browser without a pause. From the acknowledgement at one node to the start of the last check that the other answered with the user; 0 when none was. Median (minimum–maximum).',
      `Whoever may lag by minutes is tried once, with a session that has just begun, so that its cache lasts longest: the worst case. It is asked every ${SELDOM_MS} ms, and waited for ${digits(CAP_MS / 1_000)} s.`,
      'Coatcheck while nothing is wrong. When its nodes cannot hear of each other it is at most the lease, 1 s; test/faults/lease breaks connections, processes and servers to show that.',
    ],
    data: Object.fromEntries([
      ...[...found].map(([id, { pair, seen }]) => [
        id,
        { name: pair.name, ...seen, ...spread(seen.delaysMs), byConfiguration: pair.mayLag },
      ]),
      ...memory.map(({ id, name }) => [id, { name, delaysMs: null, why: UNSHARED }]),
    ]),
  }
}
