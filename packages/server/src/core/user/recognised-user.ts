import { normaliseName } from './display-name.ts'
import { normaliseEmail } from './email.ts'
import type { User } from './user.ts'
import { normaliseUsername } from './username.ts'

/**
 * A user whom the application itself has recognised. With a database only `id` is looked at, and the rest is in the user's
 * row; without one this is all that is known of them, and a check answers with it.
 */
export interface RecognisedUser {
  /** With a database, the user's ID there. Without one, whatever your back-end knows them by: 1 to 128 characters. */
  readonly id: string
  /** Needed where there is no database. */
  readonly email?: string | undefined
  readonly username?: string | null | undefined
  readonly name?: string | null | undefined
  readonly emailVerified?: boolean | undefined
  /** Milliseconds since the Unix epoch; the start of the session, unless said otherwise. */
  readonly createdAt?: number | undefined
}

const LONGEST_ID = 128
/** Clocks differ. */
const DAY_MS = 86_400_000

/** @throws TypeError when this can be nobody's ID */
export function requireUserId(id: unknown): void {
  if (typeof id === 'string' && id !== '' && id.length <= LONGEST_ID && id.isWellFormed()) return
  throw new TypeError(`user.id: ${inspected(id)} is not text of 1 to ${LONGEST_ID} characters.`)
}

/**
 * The account record that is made of what an application knows of a user.
 *
 * @throws TypeError naming what cannot be
 */
export function userRecognised(given: RecognisedUser, now: number): User {
  const { id, email = '', username = null, name = null, emailVerified = false, createdAt = now } = given
  requireUserId(id)
  if (!Number.isSafeInteger(createdAt) || createdAt < 0 || createdAt > now + DAY_MS) {
    throw new TypeError(
      `user.createdAt: ${String(createdAt)} is not an instant of the past, in milliseconds since 1970.`,
    )
  }
  if (typeof emailVerified !== 'boolean') {
    throw new TypeError(`user.emailVerified: ${String(emailVerified)} is neither true nor false.`)
  }
  return {
    id,
    email: normal('email', 'an email address', email, normaliseEmail),
    username: username === null ? null : normal('username', '3 to 32 of a-z 0-9 . _ -', username, normaliseUsername),
    name: name === null ? null : normal('name', 'a name of 1 to 100 characters', name, normaliseName),
    emailVerified,
    createdAt,
    disabledAt: null,
  }
}

function normal(field: string, form: string, value: string, normalise: (value: string) => string | null): string {
  const normalised = typeof value === 'string' ? normalise(value) : null
  if (normalised !== null) return normalised
  throw new TypeError(`user.${field}: ${inspected(value)} is not ${form}.`)
}

function inspected(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, LONGEST_ID)) : String(value)
}
