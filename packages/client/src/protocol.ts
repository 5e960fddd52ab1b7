/**
 * What the HTTP API and this client say to each other: types only, nothing at run time.
 *
 * The server imports these types too, so that the two cannot drift apart unseen.
 */

/** An instant on the wire: ISO 8601 in UTC, for example `2026-02-17T09:30:00.000Z`. */
export type Instant = string

/** The account, as its own user sees it. */
export interface User {
  readonly id: string
  /** In its normal form: trimmed, ASCII letters in lower case, domain in ASCII. */
  readonly email: string
  readonly username: string | null
  readonly name: string | null
  readonly emailVerified: boolean
  readonly createdAt: Instant
}

/** One browser's visit. The ID is public and can be listed; the secret part is only in the cookie. */
export interface Session {
  readonly id: string
  readonly createdAt: Instant
  /**
   * In an answer about this browser's own session, the instant of that request. In the list of devices it may lie behind
   * by up to a minute or a tenth of the idle timeout, whichever is less: it is written in batches.
   */
  readonly lastSeenAt: Instant
  /** The absolute end. */
  readonly expiresAt: Instant
  /** The end if nothing more is heard from this browser; the server may grant as much more as `lastSeenAt` may lie behind. */
  readonly idleExpiresAt: Instant
  readonly authenticatedAt: Instant
  /** How the user proved who they are: `password`, … */
  readonly methods: readonly string[]
}

/** Somebody is signed in. */
export interface SignedInView {
  readonly user: User
  readonly session: Session
}

/** Nobody is signed in. */
export interface SignedOutView {
  readonly user: null
  readonly session: null
  /** Why, for whoever builds the page. Never there when the server runs with NODE_ENV=production. */
  readonly reason?: SignedOutReason
}

/**
 * Why nobody is signed in, as development is told.
 *
 * `origin-not-allowed`: the page's origin is not on the server's list, so it may not read answers, this one included.
 * `no-cookie`: no session cookie came for this origin. `duplicate-cookie`: two of one name did, and either may be an
 * attacker's. `unknown-token`: no key of this server made what came. `revoked`: it was genuine, and its session is gone:
 * signed out, revoked, or expired more than a minute ago. `superseded`: a later secret of the session has been used.
 * `expired`, `idle`: the session's absolute end, or too long without a request. `anonymous`: nobody has signed in in it.
 */
export type SignedOutReason =
  | 'origin-not-allowed'
  | 'no-cookie'
  | 'duplicate-cookie'
  | 'unknown-token'
  | 'revoked'
  | 'superseded'
  | 'expired'
  | 'idle'
  | 'user-disabled'
  | 'anonymous'

/** The answer to "who am I?" (`GET /v1/session`): both parts are there, or neither. */
export type SessionView = SignedInView | SignedOutView

/** A session in the list of a user's devices. */
export interface DeviceSession extends Session {
  /** Whether it is the session that asked. */
  readonly current: boolean
  readonly address: string | null
  readonly userAgent: string | null
}

/** The answer of `GET /v1/sessions`, newest first. */
export interface SessionList {
  readonly sessions: readonly DeviceSession[]
}

/** The body of `POST /v1/sign-up`. */
export interface SignUpBody {
  readonly email: string
  readonly password: string
  /** Absent, null and empty are the same: none. */
  readonly name?: string | null | undefined
  /** Absent, null and empty are the same: none. */
  readonly username?: string | null | undefined
}

/** The body of `POST /v1/sign-in`. */
export interface SignInBody {
  /** The email or the username. */
  readonly identifier: string
  readonly password: string
}

/** The stable names of everything that the API refuses or cannot do. */
export type ProblemCode =
  | 'invalid-request'
  | 'invalid-credentials'
  | 'not-signed-in'
  | 'origin-not-allowed'
  | 'reauthentication-required'
  | 'not-found'
  | 'sessions-not-listed'
  | 'no-database'
  | 'method-not-allowed'
  | 'email-taken'
  | 'username-taken'
  | 'payload-too-large'
  | 'unsupported-media-type'
  | 'password-rejected'
  | 'too-many-attempts'
  | 'busy'
  | 'store-unavailable'
  | 'internal-error'

/** One field of a request that is not as it should be. */
export interface FieldError {
  /** Where in the body, keys joined by dots: `email`. Empty for the body as a whole. */
  readonly path: string
  readonly message: string
}

/**
 * The body of every error, sent as `application/problem+json`.
 *
 * @see RFC 9457
 */
export interface Problem {
  /** Resolves on the server to a page that says what to do: `/problems/<code>`. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail?: string
  /** With `invalid-request`. */
  readonly errors?: readonly FieldError[]
  /** Why, as a stable word, where one code has several causes (`password-rejected`). */
  readonly reason?: string
}

/** What of a page's origin is unlike one on the server's list. `loopback`: `localhost` is not `127.0.0.1` to a browser. */
export type OriginDifference = 'scheme' | 'port' | 'www' | 'loopback'

/** How a page relates to the server, as its Origin says: what decides which cookie it gets. */
export type OriginRelation = 'same-origin' | 'same-site' | 'cross-site'

/** The answer of `/v1/doctor`: what arrived of the request that it answers. There is nothing secret in it. */
export interface DoctorView {
  /** New for each answer: the same one twice comes out of a cache. */
  readonly answer: string
  /** By the clock of the server's machine. */
  readonly time: Instant
  /** `COATCHECK_URL`, as an origin. */
  readonly serverUrl: string
  readonly request: {
    readonly origin: string | null
    /** Sec-Fetch-Site. */
    readonly site: string | null
    readonly host: string | null
    readonly forwardedHost: string | null
    readonly forwardedProto: string | null
    /** Whether a proxy has passed it on, and whether it is one of `COATCHECK_TRUSTED_PROXIES`; `unknown` to the library. */
    readonly proxy: 'none' | 'trusted' | 'untrusted' | 'unknown'
  }
  readonly origin: {
    /** Whether pages of this origin may call the server; a request without one is no page's, and may. */
    readonly listed: boolean
    readonly relation: OriginRelation
    /** An origin on the list that this one may have been meant to be. Never there with NODE_ENV=production. */
    readonly nearMiss?: { readonly configured: string; readonly differs: OriginDifference }
  }
  /** The session cookie that pages of this origin get, and how many of that name came. */
  readonly cookie: { readonly name: string; readonly attributes: string; readonly arrived: number }
  readonly probe: {
    readonly name: string
    /** What came back under that name. */
    readonly arrived: string | null
    /** What this answer sets; only `POST` sets any. */
    readonly set: string | null
  }
}
