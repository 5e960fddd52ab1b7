import { type DataAnswer, type LiveSession, MAXIMUM_DATA_KEYS, type SessionDataStore } from './session-data-store.ts'

/** Where the data of one request come from, and go to. */
export interface DataJar {
  /** What the request's cookie holds, by key, as JSON. */
  readonly values: ReadonlyMap<string, string>
  /** Whether they may still be used. Asks the store, where there is a session. */
  isAlive(): Promise<boolean>
  /**
   * Puts these into the answer's cookie. False, and nothing changed: it would be larger than browsers keep.
   *
   * @throws SessionDataError `replaced`, `answered`
   */
  keep(values: ReadonlyMap<string, string>): boolean
}

type Values = ReadonlyMap<string, string>
type Change<Value, Reason extends string> =
  | { readonly ok: true; readonly value: Value; readonly values: Values }
  | { readonly ok: false; readonly reason: Reason }

/**
 * The data of one request's session, where sessions are sealed: in a cookie, which the answer brings up to date. Within the
 * request each operation is atomic. Two requests at a time both start from what the browser had, and its last answer wins.
 */
export class CookieDataStore implements SessionDataStore {
  readonly #jar: DataJar
  #values: Values

  constructor(jar: DataJar) {
    this.#jar = jar
    this.#values = jar.values
  }

  get(_session: LiveSession, key: string): Promise<DataAnswer<string | null>> {
    return this.#read((values) => values.get(key) ?? null)
  }

  all(): Promise<DataAnswer<Values>> {
    return this.#read((values) => values)
  }

  set(
    _session: LiveSession,
    key: string,
    json: string,
  ): Promise<DataAnswer<null, 'too-many-keys' | 'cookie-too-large'>> {
    return this.#write((values) =>
      values.has(key) || values.size < MAXIMUM_DATA_KEYS
        ? { ok: true, value: null, values: new Map(values).set(key, json) }
        : { ok: false, reason: 'too-many-keys' },
    )
  }

  async delete(session: LiveSession, key: string): Promise<DataAnswer<boolean>> {
    const taken = await this.take(session, key)
    return taken.ok ? { ok: true, value: taken.value !== null } : taken
  }

  async take(_session: LiveSession, key: string): Promise<DataAnswer<string | null>> {
    if (!(await this.#jar.isAlive())) return { ok: false, reason: 'session-ended' }
    const taken = this.#values.get(key) ?? null
    if (taken === null) return { ok: true, value: null }
    const others = new Map(this.#values)
    others.delete(key)
    // Less than what came fits too, since all owners are of one length.
    if (!this.#jar.keep(others))
      throw new Error('unreachable: a cookie from which something is taken has become larger')
    this.#values = others
    return { ok: true, value: taken }
  }

  increment(
    _session: LiveSession,
    key: string,
    by: number,
  ): Promise<DataAnswer<number, 'too-many-keys' | 'not-an-integer' | 'out-of-range' | 'cookie-too-large'>> {
    return this.#write((values) => {
      const held: unknown = JSON.parse(values.get(key) ?? '0')
      if (typeof held !== 'number' || !Number.isSafeInteger(held)) return { ok: false, reason: 'not-an-integer' }
      const sum = held + by
      if (!Number.isSafeInteger(sum)) return { ok: false, reason: 'out-of-range' }
      if (!values.has(key) && values.size >= MAXIMUM_DATA_KEYS) return { ok: false, reason: 'too-many-keys' }
      return { ok: true, value: sum, values: new Map(values).set(key, String(sum)) }
    })
  }

  async #read<Value>(read: (values: Values) => Value): Promise<DataAnswer<Value>> {
    if (!(await this.#jar.isAlive())) return { ok: false, reason: 'session-ended' }
    return { ok: true, value: read(this.#values) }
  }

  /** Await nothing between what is read and what is kept. */
  async #write<Value, Reason extends string>(
    change: (values: Values) => Change<Value, Reason>,
  ): Promise<DataAnswer<Value, Reason | 'cookie-too-large'>> {
    if (!(await this.#jar.isAlive())) return { ok: false, reason: 'session-ended' }
    const changed = change(this.#values)
    if (!changed.ok) return changed
    if (!this.#jar.keep(changed.values)) return { ok: false, reason: 'cookie-too-large' }
    this.#values = changed.values
    return { ok: true, value: changed.value }
  }
}
