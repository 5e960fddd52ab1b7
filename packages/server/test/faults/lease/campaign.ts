import { setTimeout as wait } from 'node:timers/promises'
import { emptyHistory, type History, type Revocation } from './history.ts'
import type { Held, Subject, Victim, Way } from './subject.ts'
import { SessionWatch } from './session-watch.ts'

/** How hard a campaign is, and how long. Times in milliseconds. */
export interface Plan {
  readonly leaseMs: number
  /** Sessions to be ended; fewer when `deadlineMs` is over before. */
  readonly revocations: number
  /** Sessions watched closely at one time. */
  readonly atOnce: number
  /** Pollers of one session at one node: with two, a check may join another's read. */
  readonly pollers: number
  /** Between an answer and the next request of a poller that watches closely. */
  readonly gapMs: number
  /** A poller that has no answer yet asks again after this. */
  readonly patienceMs: number
  /** The share of sessions that no node has seen before, and that are first asked for within `coldMs` of the revocation. */
  readonly coldShare: number
  readonly coldMs: number
  /** The others are known to every node, for so long at most before they are revoked: faults begin meanwhile. */
  readonly warmMs: number
  readonly deadlineMs: number
  /** Nodes that are asked to revoke; all, unless told otherwise. */
  readonly revokers?: readonly string[]
}

/** Beyond L a session is watched this much longer. */
const MARGIN = 0.4
/** How long a revocation that was not acknowledged is tried again. */
const RETRY_MS = 3_000
/** Sessions under sparse watch at most, before the next is begun. */
const TAIL = 400
/** Sessions that nobody revokes, watched all the time. */
const BYSTANDERS = 4
const BYSTANDER_GAP_MS = 25

/** Ends sessions and watches them, and returns all that was asked and answered. Bounded by the plan's deadline. */
export async function runCampaign(subject: Subject, plan: Plan): Promise<History> {
  const history = emptyHistory()
  const deadline = performance.now() + plan.deadlineMs
  const over = new AbortController()
  const bystanders = await Promise.all(Array.from({ length: BYSTANDERS }, () => subject.newVictim()))
  const background = bystanders.map(({ target }) => watchBystander(subject, history, target, over.signal))
  const tails = new Set<Promise<void>>()
  let begun = 0
  const worker = async (): Promise<void> => {
    while (begun < plan.revocations && performance.now() < deadline) {
      begun += 1
      if (tails.size > TAIL) await Promise.race(tails)
      const { tail } = await liveAndDie(subject, history, plan)
      tails.add(tail)
      tail.then(
        () => tails.delete(tail),
        () => undefined,
      )
    }
  }
  try {
    await Promise.all(Array.from({ length: plan.atOnce }, worker))
    await Promise.all(tails)
  } finally {
    over.abort()
    await Promise.all(background)
  }
  return history
}

/** One session from its first check to the end of its close watch; the tail is its sparse watch. */
async function liveAndDie(subject: Subject, history: History, plan: Plan): Promise<{ readonly tail: Promise<void> }> {
  const victim = await subject.newVictim()
  const way = pick(subject.ways)
  const cold = Math.random() < plan.coldShare
  const watch = new SessionWatch(subject, history, victim.target, {
    ...plan,
    untilMs: plan.leaseMs * (1 + MARGIN),
    firstWithinMs: cold ? plan.coldMs : 1,
  })
  const whole = watch.run()
  if (cold) await wait(Math.random() * plan.coldMs)
  else {
    await Promise.race([watch.allAnswered, wait(500)])
    await wait(Math.random() * plan.warmMs)
  }
  const ackedAt = await revoke(subject, history, plan, victim, way)
  if (ackedAt === null) watch.abandon()
  else watch.acknowledged(ackedAt)
  await watch.allRefused
  return { tail: whole.then(() => checkSibling(subject, history, victim)) }
}

async function revoke(
  subject: Subject,
  history: History,
  plan: Plan,
  victim: Victim,
  way: Way,
): Promise<number | null> {
  const giveUp = performance.now() + RETRY_MS
  while (performance.now() < giveUp) {
    const node = way.atNode ? pick(plan.revokers ?? subject.nodes) : null
    const logged: Revocation = {
      how: way.how,
      node,
      sessions: way.ends(victim),
      start: performance.now(),
      ackedAt: null,
    }
    history.revocations.push(logged)
    const outcome = await way.run(victim, node ?? '')
    const end = performance.now()
    if (outcome === 'acknowledged') return (logged.ackedAt = end)
    if (outcome === 'refused' && node !== null) {
      history.checks.push({ node, session: victim.sibling.session, start: logged.start, end, answer: 'signed-out' })
    }
    await wait(50)
  }
  return null
}

/** The user's other session lives on, unless the way of revoking ended it too. */
async function checkSibling(subject: Subject, history: History, { sibling }: Victim): Promise<void> {
  const node = pick(subject.nodes)
  history.checks.push({ node, session: sibling.session, ...(await subject.check(node, sibling)) })
}

async function watchBystander(subject: Subject, history: History, held: Held, over: AbortSignal): Promise<void> {
  const at = async (node: string): Promise<void> => {
    while (!over.aborted) {
      history.checks.push({ node, session: held.session, ...(await subject.check(node, held)) })
      await wait(BYSTANDER_GAP_MS * (0.5 + Math.random()))
    }
  }
  await Promise.all(subject.nodes.map(at))
}

/** One of several, by chance. */
export function pick<Item>(items: readonly Item[]): Item {
  const item = items[Math.floor(Math.random() * items.length)]
  if (item === undefined) throw new Error('there is nothing to choose from')
  return item
}
