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
}

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
