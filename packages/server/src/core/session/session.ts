/** How a user proved who they are: by their password, or in a way that only the application knows of. */
export type Method = 'password' | 'application'

/**
 * The server-side record of one browser's visit. All instants are milliseconds since the Unix epoch, by the store's clock.
 */
export interface Session {
  /** Public and listable: 16 random bytes as base64url, 22 characters. */
  readonly id: string
  /** SHA-256 of the secret in the cookie: base64url, 43 characters. Of a sealed session, the mark of its current cookie. */
  readonly secretHash: string
  /** The secret before the last rotation, while it may still be used. */
  readonly previous: PreviousSecret | null
  /** Null while the visitor has not signed in. */
  readonly userId: string | null
  readonly createdAt: number
  /** When the session was last used, give or take `touchIntervalMs` of its policy. */
  readonly lastSeenAt: number
  /** The absolute end: nothing moves it. */
  readonly expiresAt: number
  /** When the user last proved who they are; null for an anonymous session. */
  readonly authenticatedAt: number | null
  readonly methods: readonly Method[]
  /** Where the session was started from, for the device list: an IP address. */
  readonly clientAddress: string | null
  /** The browser's own description of itself, for the device list; at most 512 characters. */
  readonly userAgent: string | null
  /** Raised by each rotation. */
  readonly revision: number
  /** Of a sealed session: the user's epoch when it was started. Absent where sessions are rows. */
  readonly epoch?: number
}

/** A secret that has been replaced, and what it is still worth: never more than before the rotation. */
export interface PreviousSecret {
  readonly secretHash: string
  readonly authenticatedAt: number | null
  /** When it dies; null until the new secret is first presented. */
  readonly endsAt: number | null
}
