import { randomBytes } from 'node:crypto'
import type { KeyRing } from '../../../src/core/key-ring.ts'
import { newId } from '../../../src/core/random.ts'
import { mintToken, type MintedToken } from '../../../src/core/session/session-token.ts'
import type { Psql } from './psql.ts'
import type { Victim } from './subject.ts'

const BATCH = 200
const DAY_MS = 86_400_000
/** When they were last used: where uses are written every 6 s, the next one will be. */
const USED_AGO_MS = 8_000
const RANDOM = { bytes: randomBytes }

/** Users by ID, made by SQL: nobody's password is hashed for it. */
export const INSERT_USERS = `
insert into coatcheck.users (id, email, email_verified, credential_revision, created_at)
select id, id || '@example.org', 1, 0, $2 from unnest($1::text[]) as id`

const INSERT_SESSIONS = `
insert into coatcheck.sessions
  (id, secret_hash, user_id, created_at, last_seen_at, expires_at, authenticated_at, methods, revision)
select id, secret_hash, user_id, $4, $4, $5, $4, 'password', 0
from unnest($1::text[], $2::text[], $3::text[]) as fresh (id, secret_hash, user_id)`

/** Users with two sessions each, made by SQL in batches: nobody's password is hashed for it. */
export class Population {
  readonly #psql: Psql
  readonly #keys: KeyRing
  readonly #ready: Victim[] = []
  #making: Promise<void> | null = null

  constructor(psql: Psql, keys: KeyRing) {
    this.#psql = psql
    this.#keys = keys
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
    const people = Array.from({ length: BATCH }, () => {
      const mint = (): MintedToken => mintToken(this.#keys, RANDOM)
      return { user: newId(RANDOM), minted: [mint(), mint()] as const }
    })
    const now = Date.now() - USED_AGO_MS
    const sessions = people.flatMap(({ user, minted }) => minted.map((each) => ({ user, ...each })))
    await this.#psql.persist(async (query) => {
      await query(INSERT_USERS, [people.map(({ user }) => user), now])
      await query(INSERT_SESSIONS, [
        sessions.map(({ sessionId }) => sessionId),
        sessions.map(({ secretHash }) => secretHash),
        sessions.map(({ user }) => user),
        now,
        now + DAY_MS,
      ])
    })
    for (const { user, minted } of people) {
      const [target, sibling] = minted.map(({ sessionId, token }) => ({ session: sessionId, token }))
      if (target && sibling) this.#ready.push({ user, target, sibling })
    }
  }
}
