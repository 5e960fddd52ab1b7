import { randomBytes } from 'node:crypto'
import { newId } from '../../../src/core/random.ts'
import { sealedSessionId, writeClaims } from '../../../src/core/session/sealed-session.ts'
import { INSERT_USERS } from './population.ts'
import type { Psql } from './psql.ts'
import type { Held, Victim } from './subject.ts'

const BATCH = 200
const DAY_MS = 86_400_000
const RANDOM = { bytes: randomBytes }

/**
 * Users with two sealed sessions each: of the sessions nothing is written. A `token` is what the cookie holds before it is
 * sealed, since each node's cookie has a name of its own.
 */
export class SealedPopulation {
  readonly #psql: Psql
  readonly #ready: Victim[] = []
  #making: Promise<void> | null = null

  constructor(psql: Psql) {
    this.#psql = psql
  }

  /** Someone whom no node has seen. */
  async next(): Promise<Victim> {
    for (;;) {
      const victim = this.#ready.pop()
      if (victim !== undefined) return victim
      this.#making ??= this.#make().finally(() => (this.#making = null))
      await this.#making
    }
  }

  async #make(): Promise<void> {
    const users = Array.from({ length: BATCH }, () => newId(RANDOM))
    const now = Date.now()
    await this.#psql.persist(async (query) => void (await query(INSERT_USERS, [users, now])))
    for (const user of users) this.#ready.push({ user, target: held(user, now), sibling: held(user, now) })
  }
}

function held(userId: string, createdAt: number): Held {
  const expiresAt = createdAt + DAY_MS
  const sessionId = sealedSessionId(RANDOM, expiresAt)
  const times = { createdAt, expiresAt, authenticatedAt: createdAt }
  const token = writeClaims({ sessionId, mark: newId(RANDOM), userId, epoch: 0, ...times, methods: ['password'] })
  return { session: sessionId, token }
}
