import type { Core } from '../core/core.ts'
import type { Sealer } from '../core/sealer.ts'
import { CookieDataStore } from '../core/session-data/cookie-data-store.ts'
import { ownerOf, VISITOR } from '../core/session-data/data-cookie.ts'
import type { DataRules, DataSchemas } from '../core/session-data/data-rules.ts'
import { SessionData } from '../core/session-data/session-data.ts'
import { SessionDataError } from '../core/session-data/session-data-error.ts'
import { presentedClaims } from '../core/session/presented-claims.ts'
import type { Session } from '../core/session/session.ts'
import { contentsFor, dataLine } from './data-cookie.ts'
import type { RequestView } from './request-facts.ts'
import { dataCookieFor, visitCookieFor } from './session-cookie.ts'
import { findVisit } from './who-is-it.ts'

/** The data of a request, and what may be told to them from outside. */
export interface OpenedData<Schemas extends DataSchemas> {
  readonly data: SessionData<Schemas>
  /** Refuses whatever is asked of them from now on: the session that they were of has been replaced. */
  end(): void
}

/**
 * The data of a sealed session: in a cookie of their own beside the session's, bound to it. Apart, so that the late answer of
 * a request that wrote data can never bring back a session's cookie in the place of another; and a visitor's apart from a
 * session's, so that it cannot take the place of those either.
 *
 * @throws SessionDataError `duplicate-cookie`
 */
export async function openSealedData<Schemas extends DataSchemas>(
  core: Core,
  sealer: Sealer,
  rules: DataRules<Schemas>,
  view: RequestView,
): Promise<OpenedData<Schemas>> {
  const session = await findVisit(core, view, { fresh: true })
  const now = await core.clock.now()
  const { cookie: sessionCookie } = view.audience
  const cookie = session === null ? visitCookieFor(sessionCookie) : dataCookieFor(sessionCookie)
  const texts = session === null ? view.visitTexts : view.dataTexts
  if (texts.length > 1) {
    throw new SessionDataError('duplicate-cookie', 'session data: two cookies of data came, and either may be planted.')
  }
  const owner = session === null ? VISITOR : ownerOf(session.id, session.userId)
  const found = contentsFor(sealer, cookie, texts, owner, now)
  const expiresAt = session?.expiresAt ?? found?.expiresAt ?? now + core.policy.absoluteSeconds * 1_000
  let line: string | null = null
  let ended = false
  const store = new CookieDataStore({
    values: found?.values ?? new Map(),
    isAlive: async () => !ended && (await isAlive(core, view, session, expiresAt)),
    keep(values) {
      const next = dataLine(sealer, cookie, { owner, expiresAt, values }, now)
      line = next ?? line
      return next !== null
    },
  })
  const id = (): Promise<string> => Promise.resolve(session?.id ?? '')
  const visit = {
    find: id,
    start: id,
    get setCookie() {
      return line
    },
  }
  const { clock, policy } = core
  const data = new SessionData({ data: store, clock, policy }, rules, visit)
  return { data, end: () => void (ended = true) }
}

/** Whether the session lives, whichever of its cookies the request came with: that was judged when it came. */
async function isAlive(core: Core, view: RequestView, session: Session | null, expiresAt: number): Promise<boolean> {
  if ((await core.clock.now()) >= expiresAt) return false
  if (session === null) return true
  const claims = presentedClaims(core, view.tokens[0] ?? '', view.audience.cookie.name)
  const found = claims && (await core.store.sessions.find(session.id, claims.sealed))
  return found !== null && found.user !== null && found.user.disabledAt === null
}
