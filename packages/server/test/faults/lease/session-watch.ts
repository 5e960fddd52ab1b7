import { setTimeout as wait } from 'node:timers/promises'
import type { History } from './history.ts'
import type { Asked, Held, Subject } from './subject.ts'

/** How one session is watched. Times in milliseconds. */
export interface WatchOptions {
  readonly pollers: number
  readonly gapMs: number
  /** How long after the acknowledgement. */
  readonly untilMs: number
  /** A poller waits no longer for an answer before it asks again: a node that was stopped finds all of it. */
  readonly patienceMs: number
  /** The first checks come at random moments of this time. */
  readonly firstWithinMs: number
}

/** A node that does not know is asked again after this. */
const PAUSE_AFTER_NOTHING_MS = 20
/** Requests of one poller that wait for an answer at one time. */
const UNANSWERED = 6

/**
 * Asks every node for one session: closely until a node has refused after the acknowledgement, then now and then, to the
 * end of the watch.
 */
export class SessionWatch {
  readonly allAnswered: Promise<void>
  /** Also settled when that takes longer than half the watch. */
  readonly allRefused: Promise<void>
  readonly #subject: Subject
  readonly #history: History
  readonly #held: Held
  readonly #options: WatchOptions
  readonly #answered = new Set<string>()
  readonly #refused = new Set<string>()
  readonly #settleAnswered: () => void
  readonly #settleRefused: () => void
  #ackedAt: number | null = null
  #abandoned = false

  constructor(subject: Subject, history: History, held: Held, options: WatchOptions) {
    this.#subject = subject
    this.#history = history
    this.#held = held
    this.#options = options
    const answered = Promise.withResolvers<void>()
    const refused = Promise.withResolvers<void>()
    this.allAnswered = answered.promise
    this.allRefused = refused.promise
    this.#settleAnswered = answered.resolve
    this.#settleRefused = refused.resolve
  }

  acknowledged(at: number): void {
    this.#ackedAt = at
    // A node that cannot know refuses nobody: the next session is not kept waiting for it.
    setTimeout(this.#settleRefused, this.#options.untilMs / 2).unref()
  }

  /** Nobody acknowledged: there is nothing to watch for. */
  abandon(): void {
    this.#abandoned = true
  }

  /** Watches to the end: `untilMs` after the acknowledgement, or when abandoned. */
  async run(): Promise<void> {
    const { pollers } = this.#options
    const each = this.#subject.nodes.flatMap((node) =>
      Array.from({ length: pollers }, (_, nth) => this.#poll(node, nth)),
    )
    await Promise.all(each)
    this.#settleRefused()
  }

  get #over(): boolean {
    const { untilMs } = this.#options
    return this.#abandoned || (this.#ackedAt !== null && performance.now() > this.#ackedAt + untilMs)
  }

  async #poll(node: string, nth: number): Promise<void> {
    await wait(Math.random() * this.#options.firstWithinMs)
    const unanswered = new Set<Promise<Asked>>()
    while (!this.#over) {
      const asking = this.#ask(node)
      unanswered.add(asking)
      void asking.then(() => unanswered.delete(asking))
      const asked = await Promise.race([asking, wait(this.#options.patienceMs, null)])
      // One poller is enough to see whether a node changes its mind.
      if (nth > 0 && this.#refused.has(node)) break
      if (asked !== null) await wait(this.#pauseAfter(node, asked))
      else if (unanswered.size >= UNANSWERED) await Promise.race(unanswered)
    }
    await Promise.all(unanswered)
  }

  async #ask(node: string): Promise<Asked> {
    const asked = await this.#subject.check(node, this.#held)
    this.#history.checks.push({ node, session: this.#held.session, ...asked })
    this.#note(node, asked)
    return asked
  }

  #note(node: string, { start, answer }: Asked): void {
    this.#answered.add(node)
    if (this.#answered.size === this.#subject.nodes.length) this.#settleAnswered()
    if (answer === 'valid') this.#refused.delete(node)
    if (answer !== 'signed-out' || this.#ackedAt === null || start <= this.#ackedAt) return
    this.#refused.add(node)
    if (this.#refused.size === this.#subject.nodes.length) this.#settleRefused()
  }

  #pauseAfter(node: string, { answer }: Asked): number {
    const { gapMs, untilMs } = this.#options
    if (this.#refused.has(node)) return untilMs * (0.2 + 0.15 * Math.random())
    if (answer === 'unavailable') return PAUSE_AFTER_NOTHING_MS * (0.5 + Math.random())
    return gapMs * (0.5 + Math.random())
  }
}
