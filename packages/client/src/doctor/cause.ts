import type { Observations } from './observations.ts'

/** The stable names of what can be the matter. */
export type Cause =
  | 'insecure-request'
  | 'name-not-found'
  | 'certificate-not-trusted'
  | 'unreachable'
  | 'redirected'
  | 'not-coatcheck'
  | 'cached'
  | 'secure-over-http'
  | 'server-url-is-http'
  | 'server-url-differs'
  | 'origin-header-changed'
  | 'origin-not-listed'
  | 'cors-header-doubled'
  | 'cors-header-stripped'
  | 'preflight-answered-elsewhere'
  | 'answers-unreadable'
  | 'post-refused'
  | 'set-cookie-stripped'
  | 'same-site-drops'
  | 'cookie-changed'
  | 'cookie-header-stripped'
  | 'cookies-disabled'
  | 'third-party-cookies-blocked'
  | 'missing-credentials'
  | 'store-unavailable'
  | 'clock-skew'
  | 'session-expired'
  | 'session-revoked'
  | 'session-unknown'
  | 'forwarded-not-trusted'

/** One thing that can be the matter: when it is, in words, and what mends it. */
export interface Rule {
  readonly cause: Cause
  readonly holds: (seen: Observations) => boolean
  /** A sentence or two. */
  readonly words: (seen: Observations) => string
  /** The line of configuration or code that mends it. */
  readonly mend: (seen: Observations) => string
}

/** What an examination found. */
export interface Diagnosis {
  /** Null: nothing is the matter. */
  readonly cause: Cause | null
  /** What is the matter, for people. */
  readonly words: string
  /** The line that mends it; empty when nothing is the matter. */
  readonly mend: string
}
