import type { Audience, FrontEnds } from './front-ends.ts'

/** How a request came here, as far as the doctor tells it back. */
export interface Arrival {
  readonly headers: Headers
  readonly audience: Audience
  readonly frontEnds: FrontEnds
  /** Whether whoever is at the other end of the socket is a proxy of ours; undefined where only the application knows. */
  readonly isTrustedPeer: boolean | undefined
  /** Whether more may be said than the request itself shows. */
  readonly development: boolean
}
