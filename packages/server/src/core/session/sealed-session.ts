import { isObject, parseObject } from '../parse-json.ts'
import { ID_BYTES, type Random } from '../random.ts'
import type { TokenClaims } from './session-token.ts'
import type { Method, Session } from './session.ts'
import type { User } from '../user/user.ts'

/** What a sealed session's cookie says, and no row: all that does not change while it lives, and the secret of this cookie. */
export interface SealedClaims {
  readonly sessionId: string
  /** What tells this cookie from those before and after a rotation: 16 random bytes as base64url, 22 characters. */
  readonly mark: string
  readonly userId: string
  /** The user's epoch when the session was started. */
  readonly epoch: number
  readonly createdAt: number
  /** The absolute end; the session's ID says the same. */
  readonly expiresAt: number
  /** What this cookie is worth. */
  readonly authenticatedAt: number
  readonly methods: readonly Method[]
  /** All that is known of the user, where there is no database to ask; otherwise absent. */
  readonly user?: SealedUser
}

/** The user in a cookie; the ID is the cookie's `userId`. */
export type SealedUser = Omit<User, 'id' | 'disabledAt'>

/** What became of a sealed session since its cookie was sealed, as far as the database knows. */
export interface SealedState {
  readonly revoked: boolean
  /** The user's epoch now, 0 for a user whose sessions were never all ended. */
  readonly epoch: number
  /** The one session that may be older than the epoch, down to its floor; null when none was spared. */
  readonly spared: { readonly sessionId: string; readonly floor: number } | null
  /** Its secrets, once they were rotated; null while the first cookie is the only one. */
  readonly rotated: Pick<Session, 'secretHash' | 'authenticatedAt' | 'revision' | 'previous'> | null
}

const END_BYTES = 6
const ID = /^[A-Za-z0-9_-]{21}[AQgw]$/
const METHOD = /^[a-z0-9-]{1,32}$/

/**
 * A new session's ID: its absolute end in milliseconds, 6 bytes, and 10 random bytes. So whoever ends a session by its ID
 * alone knows how long that must be remembered.
 */
export function sealedSessionId(random: Random, expiresAt: number): string {
  const bytes = Buffer.alloc(ID_BYTES, random.bytes(ID_BYTES))
  bytes.writeUIntBE(expiresAt, 0, END_BYTES)
  return bytes.toString('base64url')
}

/** The absolute end of the session of this ID; null when no sealed session has such an ID. */
export function endOfSealedSession(sessionId: string): number | null {
  return ID.test(sessionId) ? Buffer.from(sessionId, 'base64url').readUIntBE(0, END_BYTES) : null
}

/** What goes into the cookie, before it is sealed: JSON, so that a back-end in another language that has the key can read it. */
export function writeClaims(claims: SealedClaims): string {
  return JSON.stringify({ v: 1, ...claims })
}

/** Reads what came out of a cookie that one of our keys had sealed. Null for anything that `writeClaims` does not write. */
export function readClaims(content: string): SealedClaims | null {
  const value = parseObject(content)
  if (value === null) return null
  const { v, sessionId, mark, userId, epoch, createdAt, expiresAt, authenticatedAt, methods, user } = value
  if (v !== 1 || !isId(sessionId) || !isId(mark) || !isText(userId) || !isMethods(methods)) return null
  if (!isWhole(epoch) || !isWhole(createdAt) || !isWhole(expiresAt) || !isWhole(authenticatedAt)) return null
  if (endOfSealedSession(sessionId) !== expiresAt) return null
  const claims = { sessionId, mark, userId, epoch, createdAt, expiresAt, authenticatedAt, methods }
  if (user === undefined) return claims
  return isUser(user) ? { ...claims, user } : null
}

/** The same as a stored session's token claims it, with what is sealed beside. */
export function tokenClaimsOf(sealed: SealedClaims): TokenClaims {
  return { sessionId: sealed.sessionId, secretHash: sealed.mark, sealed }
}

/**
 * The session that a cookie and the database together make; null when it was ended.
 *
 * All cookies of one session make the same one: what they differ in, mark and time of proof, counts only as long as there
 * was no rotation, and so only one cookie.
 */
export function sealedSession(claims: SealedClaims, state: SealedState): Session | null {
  if (state.revoked || isOfPast(claims, state)) return null
  const { mark, authenticatedAt } = claims
  const secrets = state.rotated ?? { secretHash: mark, authenticatedAt, revision: 0, previous: null }
  return {
    id: claims.sessionId,
    userId: claims.userId,
    createdAt: claims.createdAt,
    // Nobody writes down when it was used: its idle end is its absolute one.
    lastSeenAt: claims.createdAt,
    expiresAt: claims.expiresAt,
    methods: claims.methods,
    clientAddress: null,
    userAgent: null,
    epoch: claims.epoch,
    ...secrets,
  }
}

/**
 * Whether all sessions of the user were ended since this one was started.
 *
 * Of each raise at most one session is spared, so one name is enough. Its floor is the epoch that was raised when it was
 * spared first: had it been over by then, it does not come back, whoever asked to spare it.
 */
function isOfPast({ sessionId, epoch }: SealedClaims, state: SealedState): boolean {
  if (epoch >= state.epoch) return false
  return state.spared === null || state.spared.sessionId !== sessionId || epoch < state.spared.floor
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isUser(value: unknown): value is SealedUser {
  if (!isObject(value)) return false
  const { email, username, name, emailVerified, createdAt, ...more } = value
  const known =
    isText(email) && typeof emailVerified === 'boolean' && isWhole(createdAt) && Object.keys(more).length === 0
  return known && (username === null || isText(username)) && (name === null || isText(name))
}

/** A method that this code does not know means nothing to it. */
function isMethods(value: unknown): value is readonly Method[] {
  return Array.isArray(value) && value.every((method) => typeof method === 'string' && METHOD.test(method))
}
