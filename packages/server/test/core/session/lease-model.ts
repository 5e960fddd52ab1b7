import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import type { Change } from '../../../src/core/session/change-feed.ts'
import type { Instant } from '../../../src/core/session/lease.ts'
import { LeasedSessions } from '../../../src/core/session/leased-sessions.ts'
import type { FoundSession } from '../../../src/core/session/session-store.ts'
import { aSessionOf, aUser } from '../../../src/testing/contract/records.ts'

export const LEASE_MS = 1_000
const LIMITS = { maxSessions: 100, maxBytes: 1_000_000 }
const USER = aUser()
const FOUND: FoundSession = { session: aSessionOf(USER), user: USER }
const ID = FOUND.session.id

type NodeStep = 'check' | 'read' | 'answer' | 'send' | 'beat' | 'hear' | 'break'

/** What may happen next in the model; each does nothing where it cannot happen. */
export type Step =
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: NodeStep; readonly node: 0 | 1 }
  | { readonly do: 'begin' | 'commit' | 'acknowledge'; readonly change: 'session' | 'user' }

interface Read {
  /** What the database said, once it was asked; undefined while the question is under way. */
  said?: FoundSession | null
  readonly resolve: (found: FoundSession | null) => void
}

interface Node {
  readonly sessions: LeasedSessions
  readonly reads: Read[]
  /** The heartbeat under way, and what the database answered to it. */
  heartbeat: { readonly sentAt: Instant; answer?: { readonly upTo: number; readonly continuous: boolean } } | null
  /** How many changes the database had when this node last heard; null after a break. */
  heard: number | null
}

/**
 * Two nodes, one session, one database, and a network that delivers when the test says so. Node 0 ends the session. Every
 * check that is answered "valid" is held against the promise, as it is answered.
 */
export class LeaseModel {
  readonly #Sessions: typeof LeasedSessions
  #violation: unknown = null
  #nowMs = 0
  readonly #changes: Change[] = []
  #alive = true
  #ending: 'session' | 'user' | null = null
  #acknowledgedAtMs: number | null = null
  readonly #nodes: readonly [Node, Node]
  /** How many checks were answered from memory: a model in which none is would prove nothing. */
  hits = 0

  /** @param Sessions the class under test: the real one, or a mutant of it */
  constructor(Sessions: typeof LeasedSessions = LeasedSessions) {
    this.#Sessions = Sessions
    this.#nodes = [this.#node(), this.#node()]
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'pass') this.#nowMs += step.ms
    else if ('change' in step) this.#end(step)
    else this.#act(step.do, step.node)
    await setImmediate()
    if (this.#violation !== null) throw this.#violation
  }

  #node(): Node {
    const reads: Read[] = []
    const find = (): Promise<FoundSession | null> => new Promise((resolve) => void reads.push({ resolve }))
    const clock = { monotonicMs: () => this.#nowMs, wallMs: () => this.#nowMs }
    const sessions = new this.#Sessions({ find }, clock, { leaseMs: LEASE_MS, limits: LIMITS })
    return { sessions, reads, heartbeat: null, heard: null }
  }

  #act(action: NodeStep, index: 0 | 1): void {
    const node = this.#nodes[index]
    const unasked = node.reads.find(({ said }) => said === undefined)
    switch (action) {
      case 'check':
        this.#check(index)
        return
      case 'read':
        if (unasked) unasked.said = this.#alive ? FOUND : null
        return
      case 'answer': {
        const at = node.reads.findIndex(({ said }) => said !== undefined)
        const [read] = at < 0 ? [] : node.reads.splice(at, 1)
        read?.resolve(read.said ?? null)
        return
      }
      case 'send':
        node.heartbeat ??= { sentAt: { monotonicMs: this.#nowMs, wallMs: this.#nowMs } }
        return
      case 'beat':
        if (node.heartbeat && !node.heartbeat.answer) {
          node.heartbeat.answer = { upTo: this.#changes.length, continuous: node.heard !== null }
        }
        return
      case 'hear':
        this.#hear(node)
        return
      case 'break':
        node.heartbeat = null
        node.heard = null
        node.sessions.interrupt()
    }
  }

  #hear(node: Node): void {
    const { heartbeat, heard } = node
    if (!heartbeat?.answer) return
    const { upTo, continuous } = heartbeat.answer
    node.heartbeat = null
    node.heard = upTo
    node.sessions.renew({ changes: this.#changes.slice(heard ?? upTo, upTo), continuous }, heartbeat.sentAt)
  }

  #check(index: 0 | 1): void {
    const { sessions } = this.#nodes[index]
    const startedAtMs = this.#nowMs
    const acknowledged = this.#acknowledgedAtMs
    const judge = (found: FoundSession | null): void => {
      if (found === null || this.#acknowledgedAtMs === null) return
      if (index === 0) assert.equal(acknowledged, null, 'the node that ended it accepts no check that began afterwards')
      const late = startedAtMs - this.#acknowledgedAtMs
      assert.ok(late <= LEASE_MS, `a check is accepted that began ${late} ms after the acknowledgement`)
    }
    const entry = sessions.peek(ID)
    if (entry === null)
      sessions
        .find(ID)
        .then(({ found }) => judge(found))
        .catch((violation: unknown) => (this.#violation = violation))
    else {
      this.hits += 1
      judge(entry.found)
    }
  }

  /** As `announcedStore` does: forgotten before the write is sent, and again when it has ended. */
  #end({ do: action, change }: Step & { readonly change: 'session' | 'user' }): void {
    const forget = (): void => this.#nodes[0].sessions.forget({ kind: 'session', id: ID })
    if (action === 'begin' && this.#ending === null) {
      this.#ending = change
      forget()
    } else if (action === 'commit' && this.#ending !== null && this.#alive) {
      this.#alive = false
      // As when somebody types the disabling of a user into psql: the session itself is not touched, and not told of.
      this.#changes.push({ kind: this.#ending, id: this.#ending === 'session' ? ID : USER.id })
    } else if (action === 'acknowledge' && !this.#alive && this.#acknowledgedAtMs === null) {
      forget()
      this.#acknowledgedAtMs = this.#nowMs
    }
  }
}
