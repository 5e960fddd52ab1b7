import { Agent, get } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Subject } from './subject.ts'

/** Refusals in a row that are believed. */
const CERTAIN = 50

/** A browser at one node, who asks again and again who they are, one request at a time. */
export class StaleWatch {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #ask: {
    readonly port: number
    readonly host: string
    readonly path: string
    readonly headers: { cookie: string }
  }
  #lastYesAt = -Infinity
  #refusals = 0

  constructor({ port }: Subject, cookie: string, path = '/v1/session') {
    this.#ask = { port, host: '127.0.0.1', path, headers: { cookie } }
  }

  /** The start of the last check that was answered with a user, by this process's clock. */
  get lastYesAt(): number {
    return this.#lastYesAt
  }

  /** Whether it was refused so often in a row that it is over. */
  get isOver(): boolean {
    return this.#refusals >= CERTAIN
  }

  /** Asks once. @throws Error when the answer is no answer */
  async ask(): Promise<boolean> {
    const startedAt = performance.now()
    const body = await new Promise<string>((resolve, reject) => {
      get({ ...this.#ask, agent: this.#agent }, (response) => {
        text(response).then(resolve, reject)
      }).on('error', reject)
    })
    const view = JSON.parse(body) as { readonly user?: unknown } | null
    const isKnown = view?.user !== undefined && view.user !== null
    if (isKnown) this.#lastYesAt = startedAt
    this.#refusals = isKnown ? 0 : this.#refusals + 1
    return isKnown
  }

  /** Asks until the session is over, or until `deadline`. @param pauseMs between two questions */
  async watch(deadline: number, pauseMs: number): Promise<void> {
    while (!this.isOver && performance.now() < deadline) {
      await this.ask()
      if (pauseMs > 0) await sleep(pauseMs)
    }
  }

  /** Ends its connection. */
  close(): void {
    this.#agent.destroy()
  }
}
