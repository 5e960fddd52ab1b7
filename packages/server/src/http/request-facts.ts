import { isIP } from 'node:net'
import type { AuditSource } from '../core/audit/audit-log.ts'
import { judgeRequest, type Trust } from '../core/request-trust/fetch-metadata.ts'
import { plainAddress } from '../core/network.ts'
import type { Audience, FrontEnds } from './front-ends.ts'
import { readCookie } from './session-cookie.ts'

/** What comes before a request's body. A Web-standard `Request` is one; so is what an adapter makes of its own kind. */
export interface RequestHead {
  readonly method: string
  /** As `Headers` has it: names in lower case, null for none, several of one name joined. */
  readonly headers: { get(name: string): string | null }
}

/** A request as the session system sees it, before anything is read of its body or asked of the store. */
export interface RequestView {
  readonly audience: Audience
  /** What came under the session cookie's name. */
  readonly tokens: readonly string[]
  /** Whether it may act for the session. */
  readonly trust: Trust
  readonly source: AuditSource
}

const LONGEST_USER_AGENT = 512

/** @param clientAddress the client's IP address as the server found it out; anything else counts as unknown */
export function viewRequest(frontEnds: FrontEnds, request: RequestHead, clientAddress: string | null): RequestView {
  const { headers, method } = request
  const origin = headers.get('origin')
  const audience = frontEnds.audienceOf(origin)
  const tokens = readCookie(headers.get('cookie'), audience.cookie.name)
  const facts = { method, origin, secFetchSite: headers.get('sec-fetch-site'), hasSessionCookie: tokens.length > 0 }
  return {
    audience,
    tokens,
    trust: judgeRequest(facts, frontEnds.origins),
    source: {
      address: clientAddress !== null && isIP(clientAddress) !== 0 ? plainAddress(clientAddress) : null,
      userAgent: headers.get('user-agent')?.slice(0, LONGEST_USER_AGENT) ?? null,
    },
  }
}
