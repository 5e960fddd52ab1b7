import type { Core } from '../core/core.ts'
import { LARGEST_COOKIE_BYTES, type Sealer } from '../core/sealer.ts'
import {
  type DataContents,
  ownerOf,
  readContents,
  VISITOR,
  visitorAfter,
  writeContents,
} from '../core/session-data/data-cookie.ts'
import { presentedClaims } from '../core/session/presented-claims.ts'
import type { SessionSealer } from '../core/session/session-sealer.ts'
import type { Session } from '../core/session/session.ts'
import type { RequestView } from './request-facts.ts'
import { dataCookieFor, removeCookie, type SessionCookie, setCookie, visitCookieFor } from './session-cookie.ts'

/** Where the data of a request are, and whose they must be to count. */
export interface DataPlace {
  readonly cookie: SessionCookie
  readonly owner: string
}

/** A session that starts, as its cookie and its times tell. */
export interface SessionStarted {
  readonly token: string
  readonly expiresAt: number
  readonly now: number
}

/**
 * The place of a live session, or of a visitor. Who comes with the cookie of a session that has ended is not the visitor who
 * came without any: that one may have been somebody else, before that session began.
 */
export function placeOf(core: Core, view: RequestView, session: Session | null): DataPlace {
  const { cookie } = view.audience
  if (session !== null) return { cookie: dataCookieFor(cookie), owner: ownerOf(session.id, session.userId) }
  const [claims] = view.tokens.map((token) => presentedClaims(core, token, cookie.name)).filter((each) => each !== null)
  return { cookie: visitCookieFor(cookie), owner: claims === undefined ? VISITOR : visitorAfter(claims.sessionId) }
}

/** What came to this place: null, unless one cookie did, that one of our keys sealed for that owner, and that has not ended. */
export function readPlace(
  sealer: Sealer,
  view: RequestView,
  { cookie, owner }: DataPlace,
  now: number,
): DataContents | null {
  const [text, second] = view.textsOf(cookie)
  const sealed = text === undefined || second !== undefined ? null : sealer.open(cookie.name, text)
  const contents = sealed === null ? null : readContents(sealed)
  return contents !== null && contents.owner === owner && now < contents.expiresAt ? contents : null
}

/** What a visitor kept who came with no session at all; null for anybody else. */
export function visitorData(
  core: Core,
  sealer: SessionSealer,
  view: RequestView,
  now: number,
): ReadonlyMap<string, string> | null {
  const place = placeOf(core, view, null)
  return place.owner === VISITOR ? (readPlace(sealer.data, view, place, now)?.values ?? null) : null
}

/**
 * The Set-Cookie value that keeps data until they end; null when browsers would drop it. Measured as if all the time were
 * left, so that what fits once still does when a sign-in carries it over.
 */
export function dataLine(
  { policy }: Pick<Core, 'policy'>,
  sealer: Sealer,
  cookie: SessionCookie,
  contents: DataContents,
  now: number,
): string | null {
  const sealed = sealer.seal(cookie.name, writeContents(contents))
  const secondsLeft = (contents.expiresAt - now) / 1_000
  const longest = setCookie(cookie, sealed, Math.max(secondsLeft, policy.absoluteSeconds))
  return Buffer.byteLength(longest) > LARGEST_COOKIE_BYTES ? null : setCookie(cookie, sealed, secondsLeft)
}

/**
 * The Set-Cookie values that go out with the cookie of a sealed session that starts: what a visitor kept ends, but for the
 * listed keys, which the session has from now on. The visitor's is removed though none came: one may be under way.
 *
 * @param visitor what is carried over, of the listed keys; null for nothing
 */
export function carriedOver(
  core: Core,
  sealer: SessionSealer,
  { audience: { cookie } }: RequestView,
  session: SessionStarted,
  visitor: ReadonlyMap<string, string> | null,
): readonly string[] {
  const removal = removeCookie(visitCookieFor(cookie))
  const claims = sealer.open(cookie.name, session.token)?.sealed
  const values = new Map([...(visitor ?? [])].filter(([key]) => core.carryOver.includes(key)))
  if (claims === undefined || values.size === 0) return [removal]
  const contents = { owner: ownerOf(claims.sessionId, claims.userId), expiresAt: session.expiresAt, values }
  const line = dataLine(core, sealer.data, dataCookieFor(cookie), contents, session.now)
  return line === null ? [removal] : [removal, line]
}

/** The Set-Cookie values that remove all data. */
export function removedData({ audience: { cookie } }: RequestView): readonly string[] {
  return [dataCookieFor(cookie), visitCookieFor(cookie)].map(removeCookie)
}
