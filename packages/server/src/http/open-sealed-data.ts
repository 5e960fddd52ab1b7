import type { Core } from '../core/core.ts'
import { CookieDataStore } from '../core/session-data/cookie-data-store.ts'
import { VISITOR } from '../core/session-data/data-cookie.ts'
import type { DataRules, DataSchemas } from '../core/session-data/data-rules.ts'
import { refusal, SessionData } from '../core/session-data/session-data.ts'
import { SessionDataError } from '../core/session-data/session-data-error.ts'
import { presentedClaims } from '../core/session/presented-claims.ts'
import type { SessionSealer } from '../core/session/session-sealer.ts'
import type { Session } from '../core/session/session.ts'
import { dataLine, placeOf, readPlace } from './data-cookie.ts'
import { endedBy, type OpenedData, type RequestFate } from './opened-data.ts'
import type { RequestView } from './request-facts.ts'

/**
 * The data of a sealed session: in a cookie of their own beside the session's, bound to it. Apart, so that the late answer of
 * a request that wrote data can never bring back a session's cookie in the place of another; and a visitor's apart from a
 * session's, so that it cannot take the place of those either.
 *
 * @throws SessionDataError `duplicate-cookie`
 */
export async function openSealedData<Schemas extends DataSchemas>(
  core: Core,
  sealer: SessionSealer,
  rules: DataRules<Schemas>,
  view: RequestView,
  session: Session | null,
  fate: RequestFate,
): Promise<OpenedData<Schemas>> {
  const now = await core.clock.now()
  const place = placeOf(core, view, session)
  const { cookie, owner } = place
  if (view.textsOf(cookie).length > 1) {
    throw new SessionDataError('duplicate-cookie', 'session data: two cookies of data came, and either may be planted.')
  }
  const found = readPlace(sealer.data, view, place, now)
  const expiresAt = session?.expiresAt ?? found?.expiresAt ?? now + core.policy.absoluteSeconds * 1_000
  let kept = found?.values ?? new Map<string, string>()
  let line: string | null = null
  const store = new CookieDataStore({
    values: kept,
    isAlive: async () => (await isAlive(core, view, session, expiresAt)) && !fate.isReplaced,
    keep(values) {
      if (fate.isReplaced) throw refusal('', 'replaced')
      if (fate.isAnswered) throw refusal('', 'answered')
      const next = dataLine(core, sealer.data, cookie, { owner, expiresAt, values }, now)
      if (next === null) return false
      line = next
      kept = values
      return true
    },
  })
  const id = (): Promise<string> => Promise.resolve(session?.id ?? '')
  const visit = {
    find: id,
    start: id,
    get endedBy() {
      return endedBy(fate)
    },
    // One that came late, by whoever appended it, would bring back what a sign-in has removed.
    get setCookie() {
      return fate.isReplaced ? null : line
    },
  }
  const { clock, policy } = core
  return {
    data: new SessionData({ data: store, clock, policy }, rules, visit),
    sessionId: session?.id ?? null,
    findStarted: () => Promise.resolve(null),
    ofVisitor: () => (owner === VISITOR ? kept : null),
  }
}

/** Whether the session lives, whichever of its cookies the request came with: that was judged when it came. */
async function isAlive(core: Core, view: RequestView, session: Session | null, expiresAt: number): Promise<boolean> {
  if ((await core.clock.now()) >= expiresAt) return false
  if (session === null) return true
  const claims = presentedClaims(core, view.tokens[0] ?? '', view.audience.cookie.name)
  const found = claims && (await core.store.sessions.find(session.id, claims.sealed))
  return found !== null && found.user !== null && found.user.disabledAt === null
}
