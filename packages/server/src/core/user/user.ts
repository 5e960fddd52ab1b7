/** The account record. Instants are milliseconds since the Unix epoch. */
export interface User {
  /** 16 random bytes as base64url, 22 characters. */
  readonly id: string
  /** In the one normal form of `normaliseEmail`; unique. */
  readonly email: string
  /** Lower case; unique; null when none was chosen. */
  readonly username: string | null
  readonly name: string | null
  readonly emailVerified: boolean
  readonly createdAt: number
  /** When the account was disabled; a disabled user has no session and gets none. */
  readonly disabledAt: number | null
}
