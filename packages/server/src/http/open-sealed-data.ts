import type { Core } from '../core/core.ts'
import type { Sealer } from '../core/sealer.ts'
import { CookieDataStore } from '../core/session-data/cookie-data-store.ts'
import { type DataContents, readContents, writeContents } from '../core/session-data/data-cookie.ts'
import type { DataRules, DataSchemas } from '../core/session-data/data-rules.ts'
import { SessionData } from '../core/session-data/session-data.ts'
import { SessionDataError } from '../core/session-data/session-data-error.ts'
import type { Session } from '../core/session/session.ts'
import type { RequestView } from './request-facts.ts'
import { dataCookieFor, setCookie } from './session-cookie.ts'
import { findVisit } from './who-is-it.ts'

/** Of one cookie, with name and attributes (RFC 6265, 6.1): a larger one browsers drop without a word. */
const LARGEST_BYTES = 4_096

/**
 * The data of a sealed session: in a cookie of their own beside the session's, bound to it. Apart, so that the late answer of
 * a request that wrote data can never bring back a session's cookie in the place of another.
 *
 * @throws SessionDataError `duplicate-cookie`
 */
export async function openSealedData<Schemas extends DataSchemas>(
  core: Core,
  sealer: Sealer,
  rules: DataRules<Schemas>,
  view: RequestView,
): Promise<SessionData<Schemas>> {
  const [text, second] = view.dataTexts
  if (second !== undefined) {
    throw new SessionDataError('duplicate-cookie', 'session data: two cookies of data came, and either may be planted.')
  }
  const session = await findVisit(core, view, { fresh: true })
  const now = await core.clock.now()
  const cookie = dataCookieFor(view.audience.cookie)
  const sealed = text === undefined ? null : sealer.open(cookie.name, text)
  const contents = sealed === null ? null : readContents(sealed)
  const found = contents !== null && now < contents.expiresAt ? contents : null
  const owner = ownerOf(core, session, found, now)
  let line: string | null = null
  const store = new CookieDataStore({
    values: valuesFor(session, found, core.carryOver),
    async isAlive() {
      if (session === null) return (await core.clock.now()) < owner.expiresAt
      return (await findVisit(core, view, { fresh: true }))?.id === session.id
    },
    keep(values) {
      const written = sealer.seal(cookie.name, writeContents({ ...owner, values }))
      const next = setCookie(cookie, written, (owner.expiresAt - now) / 1_000)
      if (Buffer.byteLength(next) > LARGEST_BYTES) return false
      line = next
      return true
    },
  })
  const { clock, policy } = core
  return new SessionData({ data: store, clock, policy }, rules, {
    find: () => Promise.resolve(owner.sessionId ?? ''),
    start: () => Promise.resolve(owner.sessionId ?? ''),
    get setCookie() {
      return line
    },
  })
}

/** Whose the data are that are written now, and how long they are kept: as long as the session, or one that begins now. */
function ownerOf(
  { policy }: Pick<Core, 'policy'>,
  session: Session | null,
  found: DataContents | null,
  now: number,
): Omit<DataContents, 'values'> {
  if (session !== null) return { sessionId: session.id, userId: session.userId, expiresAt: session.expiresAt }
  const expiresAt = found?.sessionId === null ? found.expiresAt : now + policy.absoluteSeconds * 1_000
  return { sessionId: null, userId: null, expiresAt }
}

/** What of a cookie's data this session may see: its own; or the listed keys of the visitor who signed in to it. */
function valuesFor(
  session: Session | null,
  found: DataContents | null,
  carryOver: readonly string[],
): ReadonlyMap<string, string> {
  if (found === null) return new Map()
  if (found.sessionId === (session?.id ?? null) && found.userId === (session?.userId ?? null)) return found.values
  if (found.sessionId !== null || found.userId !== null) return new Map()
  return new Map([...found.values].filter(([key]) => carryOver.includes(key)))
}
