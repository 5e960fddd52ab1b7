import { ConfigurationError } from '../core/errors.ts'
import { isLoopbackHost, requireOrigin } from '../core/request-trust/origin.ts'
import { sessionCookieFor, type SessionCookie } from './session-cookie.ts'
import { relationOf, type Relation } from './site.ts'

/** What the server's own URL and the front-ends' origins decide: cookie, CORS and headers, per request by its Origin. */
export class FrontEnds {
  readonly url: URL
  /** Our own origin and the front-ends': who may act for a session. */
  readonly origins: ReadonlySet<string>
  readonly #audiences: ReadonlyMap<string, Audience>
  readonly #own: Audience
  readonly #strangers: Readonly<Record<Relation, Audience>>

  /**
   * @param url the server's own public URL, an origin
   * @param frontEnds the origins whose pages may call it
   * @throws ConfigurationError when a browser could not be made to send the cookie
   */
  constructor(url: string, frontEnds: readonly string[]) {
    this.url = new URL(requireOrigin(url, 'COATCHECK_URL'))
    if (this.url.protocol === 'http:' && !isLoopbackHost(this.url.hostname)) {
      throw new ConfigurationError(
        `COATCHECK_URL: "${url}" is http; away from localhost it must be https, or the session can be read on the way.`,
      )
    }
    if (!Array.isArray(frontEnds)) throw new ConfigurationError('COATCHECK_FRONTENDS: this must be a list of origins.')
    const origins = frontEnds.map((origin: string) => requireOrigin(origin, 'COATCHECK_FRONTENDS'))
    for (const origin of origins) this.#requirePossible(new URL(origin))
    this.origins = new Set([this.url.origin, ...origins])
    this.#audiences = new Map(
      [...this.origins].map((origin) => [origin, this.#audience(relationOf(origin, this.url), origin)]),
    )
    this.#own = this.#audience('same-origin', null)
    this.#strangers = {
      'same-origin': this.#own,
      'same-site': this.#audience('same-site', null),
      'cross-site': this.#audience('cross-site', null),
    }
  }

  /** For whom a request's answer is: by its Origin header, none meaning our own pages, a navigation, or no browser. */
  audienceOf(origin: string | null): Audience {
    if (origin === null) return this.#own
    return this.#audiences.get(origin) ?? this.#strangers[relationOf(origin, this.url)]
  }

  /** Whether an audience is that of origins which are on no list. */
  isStranger(audience: Audience): boolean {
    return !audience.allowed && audience !== this.#own
  }

  #requirePossible(page: URL): void {
    if (page.protocol === 'http:' && !isLoopbackHost(page.hostname)) {
      throw new ConfigurationError(
        `COATCHECK_FRONTENDS: "${page.origin}" is http; away from localhost a front-end must be https to sign anybody in.`,
      )
    }
    if (page.protocol === 'https:' && this.url.protocol === 'http:') {
      throw new ConfigurationError(
        `COATCHECK_FRONTENDS: "${page.origin}" is https and the server "${this.url.origin}" is http: browsers block that. Give COATCHECK_URL an https address.`,
      )
    }
  }

  #audience(relation: Relation, allowed: string | null): Audience {
    const resourcePolicy =
      allowed === null || relation === 'same-origin'
        ? 'same-origin'
        : relation === 'same-site'
          ? 'same-site'
          : 'cross-origin'
    const headers: Record<string, string> = {
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': resourcePolicy,
      'referrer-policy': 'no-referrer',
      vary: 'Origin',
      'x-content-type-options': 'nosniff',
    }
    if (this.url.protocol === 'https:') headers['strict-transport-security'] = 'max-age=63072000'
    if (allowed !== null) {
      headers['access-control-allow-origin'] = allowed
      headers['access-control-allow-credentials'] = 'true'
      headers['access-control-expose-headers'] = 'Retry-After'
    }
    return { cookie: sessionCookieFor(this.url, relation), relation, allowed: allowed !== null, headers }
  }
}

/** Whom an answer is for: which session cookie they use, whether they may read the answer, and its headers. */
export interface Audience {
  readonly cookie: SessionCookie
  readonly relation: Relation
  /** Whether a page of another origin may read the answer, by CORS. */
  readonly allowed: boolean
  /** On every answer, whatever it is. */
  readonly headers: Readonly<Record<string, string>>
}
