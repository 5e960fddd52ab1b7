import { isIP } from 'node:net'
import type { AuditSource } from '../core/audit/audit-log.ts'
import { isSafeMethod, judgeRequest, type Trust } from '../core/request-trust/fetch-metadata.ts'
import { plainAddress } from '../core/network.ts'
import type { Audience, FrontEnds } from './front-ends.ts'
import { dataCookieFor, readCookie, type SessionCookie, visitCookieFor } from './session-cookie.ts'

/** What comes before a request's body. A Web-standard `Request` is one; so is what an adapter makes of its own kind. */
export interface RequestHead {
  readonly method: string
  /** As `Headers` has it: names in lower case, null for none, several of one name joined. */
  readonly headers: { get(name: HeaderName): string | null }
}

/** The headers that are looked at. */
export type HeaderName = 'cookie' | 'origin' | 'sec-fetch-site' | 'user-agent'

/** The client's IP address as the server found it out: asked for when there is something to tell. Anything else is unknown. */
export type AddressOf = () => string | null

const LONGEST_USER_AGENT = 512

/** A request as the session system sees it, before anything is read of its body or asked of the store. */
export class RequestView {
  readonly audience: Audience
  /** What came under the session cookie's name. */
  readonly tokens: readonly string[]
  /** Whether it may act for the session. */
  readonly trust: Trust
  readonly #request: RequestHead
  readonly #clientAddress: AddressOf

  constructor(frontEnds: FrontEnds, request: RequestHead, clientAddress: AddressOf) {
    const { headers, method } = request
    const origin = headers.get('origin')
    this.audience = frontEnds.audienceOf(origin)
    this.tokens = readCookie(headers.get('cookie'), this.audience.cookie.name)
    const secFetchSite = headers.get('sec-fetch-site')
    this.#request = request
    const hasSessionCookie = this.tokens.length > 0 || (!isSafeMethod(method) && this.#hasData())
    this.trust = judgeRequest({ method, origin, secFetchSite, hasSessionCookie }, frontEnds.origins)
    this.#clientAddress = clientAddress
  }

  /** What came under the name of a cookie that goes with the session's. */
  textsOf({ name }: SessionCookie): readonly string[] {
    return readCookie(this.#request.headers.get('cookie'), name)
  }

  /** Worked out when there is something to tell of it: a check that goes well has nothing to tell. */
  get source(): AuditSource {
    const address = this.#clientAddress()
    return {
      address: address !== null && isIP(address) !== 0 ? plainAddress(address) : null,
      userAgent: this.#request.headers.get('user-agent')?.slice(0, LONGEST_USER_AGENT) ?? null,
    }
  }

  #hasData(): boolean {
    const { cookie } = this.audience
    return this.textsOf(dataCookieFor(cookie)).length + this.textsOf(visitCookieFor(cookie)).length > 0
  }
}
