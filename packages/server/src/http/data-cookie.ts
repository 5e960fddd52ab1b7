import type { Core } from '../core/core.ts'
import { LARGEST_COOKIE_BYTES, type Sealer } from '../core/sealer.ts'
import { type DataContents, ownerOf, readContents, VISITOR, writeContents } from '../core/session-data/data-cookie.ts'
import type { RequestView } from './request-facts.ts'
import { dataCookieFor, removeCookie, type SessionCookie, setCookie, visitCookieFor } from './session-cookie.ts'

/** The Set-Cookie value that keeps data until they end; null when browsers would drop it. */
export function dataLine(sealer: Sealer, cookie: SessionCookie, contents: DataContents, now: number): string | null {
  const sealed = sealer.seal(cookie.name, writeContents(contents))
  const line = setCookie(cookie, sealed, (contents.expiresAt - now) / 1_000)
  return Buffer.byteLength(line) > LARGEST_COOKIE_BYTES ? null : line
}

/** What cookies of this name hold for this owner at `now`: nothing, unless one came that one of our keys sealed for them. */
export function contentsFor(
  sealer: Sealer,
  { name }: SessionCookie,
  texts: readonly string[],
  owner: string,
  now: number,
): DataContents | null {
  const [text, second] = texts
  const sealed = text === undefined || second !== undefined ? null : sealer.open(name, text)
  const contents = sealed === null ? null : readContents(sealed)
  return contents !== null && contents.owner === owner && now < contents.expiresAt ? contents : null
}

/**
 * The Set-Cookie values that go out with the cookie of a sealed session that starts: what the visitor kept ends, but for the
 * listed keys, which the session has from now on.
 *
 * @param session its cookie's value, and its times
 */
export function carriedOver(
  core: Pick<Core, 'sealer' | 'carryOver'>,
  view: RequestView,
  session: { readonly token: string; readonly expiresAt: number; readonly now: number },
): readonly string[] {
  const { sealer } = core
  const { cookie } = view.audience
  const claims = sealer?.open(cookie.name, session.token)?.sealed
  if (sealer === null || claims === undefined || view.visitTexts.length === 0) return []
  const removal = removeCookie(visitCookieFor(cookie))
  const visit = contentsFor(sealer.data, visitCookieFor(cookie), view.visitTexts, VISITOR, session.now)
  const values = new Map([...(visit?.values ?? [])].filter(([key]) => core.carryOver.includes(key)))
  if (values.size === 0) return [removal]
  const contents = { owner: ownerOf(claims.sessionId, claims.userId), expiresAt: session.expiresAt, values }
  const line = dataLine(sealer.data, dataCookieFor(cookie), contents, session.now)
  return line === null ? [removal] : [removal, line]
}

/** The Set-Cookie values that remove whatever data came with a request. */
export function removedData({ audience, dataTexts, visitTexts }: RequestView): readonly string[] {
  return [
    ...(dataTexts.length > 0 ? [removeCookie(dataCookieFor(audience.cookie))] : []),
    ...(visitTexts.length > 0 ? [removeCookie(visitCookieFor(audience.cookie))] : []),
  ]
}
