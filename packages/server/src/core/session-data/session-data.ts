import type { Core } from '../core.ts'
import { idleSince, touchIntervalMs } from '../session/session-policy.ts'
import type { CountKey, DataKey, DataRules, DataSchemas } from './data-rules.ts'
import { SessionDataError } from './session-data-error.ts'
import type { DataAnswer, LiveSession, SessionDataStore } from './session-data-store.ts'
import type { InputOf, OutputOf } from './standard-schema.ts'

/** The session of one request: there, or started when there is something to remember. */
export interface Visit {
  /** The session's ID; null while there is none. */
  find(): Promise<string | null>
  /** The session's ID, of one that is started if there is none. */
  start(): Promise<string>
  readonly setCookie: string | null
  /** Why it has ended, when it has. */
  readonly endedBy: 'session-ended' | 'replaced'
}

type Keeping = Pick<Core, 'clock' | 'policy'> & { readonly data: SessionDataStore }

/**
 * What the application keeps of one visitor's session: small JSON values by key. Made by `auth.data(request)`, for that
 * request.
 *
 * Every operation goes to the store, never to memory, and is atomic: parallel requests lose nothing of each other. In the
 * same step it is made sure that the session is alive. Where sessions are sealed, the data are in a cookie: of two requests
 * at a time the one that is answered last wins. A method throws `SessionDataError` when it is refused, and then
 * changed nothing; `StoreUnavailable` or `Busy` when the store cannot answer.
 */
export class SessionData<Schemas extends DataSchemas> {
  readonly #core: Keeping
  readonly #rules: DataRules<Schemas>
  readonly #visit: Visit

  constructor(core: Keeping, rules: DataRules<Schemas>, visit: Visit) {
    this.#core = core
    this.#rules = rules
    this.#visit = visit
  }

  /**
   * The Set-Cookie value that the response must carry, once something was written for a visitor who had no session, or,
   * where sessions are sealed, for anybody; otherwise null.
   */
  get setCookie(): string | null {
    return this.#visit.setCookie
  }

  /** What a key holds; undefined when it holds nothing. */
  async get<Key extends DataKey<Schemas>>(key: Key): Promise<OutputOf<Schemas[Key]> | undefined> {
    this.#rules.require(key)
    const session = await this.#find()
    if (session === null) return undefined
    const json = this.#requireDone(key, await this.#core.data.get(session, key))
    return json === null ? undefined : this.#rules.read(key, json)
  }

  /** All that is held, as of one instant. Keys that `data.schema` no longer has are left out. */
  async all(): Promise<{ [Key in DataKey<Schemas>]?: OutputOf<Schemas[Key]> }> {
    const session = await this.#find()
    if (session === null) return {}
    const values: (readonly [string, unknown])[] = []
    for (const [key, json] of this.#requireDone('', await this.#core.data.all(session))) {
      if (this.#rules.has(key)) values.push([key, await this.#rules.read(key, json)])
    }
    // Each key is one of the schemas', and its value what that schema made of it.
    return Object.fromEntries(values) as { [Key in DataKey<Schemas>]?: OutputOf<Schemas[Key]> }
  }

  /**
   * Writes a key; the last of several writers wins. A value may have 16 KiB as JSON, a session 64 keys. Starts an anonymous
   * session for a visitor who has none: see `setCookie`.
   */
  async set<Key extends DataKey<Schemas>>(key: Key, value: InputOf<Schemas[Key]>): Promise<void> {
    const json = await this.#rules.write(key, value)
    this.#requireDone(key, await this.#core.data.set(await this.#start(), key, json))
  }

  /** Deletes a key. False when it held nothing. */
  async delete(key: DataKey<Schemas>): Promise<boolean> {
    this.#rules.require(key)
    const session = await this.#find()
    return session !== null && this.#requireDone(key, await this.#core.data.delete(session, key))
  }

  /**
   * Reads a key and deletes it, in one: of any number of requests, one gets the value (of a stored session). For what is shown once ("Saved.").
   *
   * Should it fit its schema no longer, it is deleted all the same.
   */
  async take<Key extends DataKey<Schemas>>(key: Key): Promise<OutputOf<Schemas[Key]> | undefined> {
    this.#rules.require(key)
    const session = await this.#find()
    if (session === null) return undefined
    const json = this.#requireDone(key, await this.#core.data.take(session, key))
    return json === null ? undefined : this.#rules.read(key, json)
  }

  /**
   * Adds to a key, which counts from 0 when it holds nothing, and returns the sum; concurrent ones add up (of a stored session). The sum is not
   * put to the key's schema until it is read. Starts a session as `set` does.
   *
   * @param by a whole number, negative too; 1 by default
   */
  async increment(key: CountKey<Schemas>, by = 1): Promise<number> {
    this.#rules.require(key)
    if (!Number.isSafeInteger(by)) throw refusal(key, 'not-an-integer')
    return this.#requireDone(key, await this.#core.data.increment(await this.#start(), key, by))
  }

  #requireDone<Value>(key: string, answer: DataAnswer<Value, Refusal>): Value {
    if (answer.ok) return answer.value
    throw refusal(key, answer.reason === 'session-ended' ? this.#visit.endedBy : answer.reason)
  }

  async #find(): Promise<LiveSession | null> {
    const sessionId = await this.#visit.find()
    return sessionId === null ? null : this.#live(sessionId)
  }

  async #start(): Promise<LiveSession> {
    return this.#live(await this.#visit.start())
  }

  /** Checked when the request came; here it is made sure that it did not end since. That use need not be written yet. */
  async #live(sessionId: string): Promise<LiveSession> {
    const { clock, policy } = this.#core
    const now = await clock.now()
    return { sessionId, now, idleSince: idleSince(policy, now) - touchIntervalMs(policy) }
  }
}

type Refusal =
  | 'session-ended'
  | 'replaced'
  | 'too-many-keys'
  | 'cookie-too-large'
  | 'answered'
  | 'not-an-integer'
  | 'out-of-range'

const SENTENCES: Readonly<Record<Refusal, string>> = {
  'session-ended': 'the session has ended, and nothing was done. Answer as you would to somebody without one',
  replaced:
    'this request has signed somebody in or out, so its data are over, and nothing was done. Write before that (keys in data.carryOver go along), or in the next request',
  'too-many-keys':
    'the session has 64 keys already, and got no further one. Delete some, or put several values under one',
  'cookie-too-large':
    'the data are sealed in a cookie (COATCHECK_SESSIONS=sealed), which would be larger than the 4,096 bytes that browsers keep, and nothing was written. Keep less, or keep sessions stored',
  answered:
    'the answer has been built, so its cookie can carry nothing more (COATCHECK_SESSIONS=sealed), and nothing was written. Write before the handler returns',
  'not-an-integer': 'only whole numbers can be added, to whole numbers, within ±(2^53 − 1). Nothing was done',
  'out-of-range': 'the sum would be beyond ±(2^53 − 1), and was not written',
}

/** The error of what is refused. @param key the key that it was asked for, or the empty string */
export function refusal(key: string, reason: Refusal): SessionDataError {
  const place = key === '' ? '' : `"${key}": `
  return new SessionDataError(reason, `session data: ${place}${SENTENCES[reason]}.`)
}
