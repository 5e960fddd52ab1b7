import { hash } from 'node:crypto'
import { sameText } from '../constant-time.ts'
import type { KeyRing } from '../key-ring.ts'
import { ID_BYTES, type Random } from '../random.ts'
import type { SealedClaims } from './sealed-session.ts'

const SECRET_BYTES = 16
const TAG_BYTES = 16
const SIGNED_BYTES = ID_BYTES + SECRET_BYTES

const TOKEN_LENGTH = 64
const WHOLE_ID_CHARACTERS = 21
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** 48 bytes are 64 base64url characters without padding or spare bits: each token has exactly one spelling. */
const TOKEN_FORM = /^[A-Za-z0-9_-]{64}$/

/** What a genuine token says: whose session it is, and the hash of the secret that proves it. */
export interface TokenClaims {
  /** The session's public ID: base64url, 22 characters. */
  readonly sessionId: string
  /** SHA-256 of the 16 secret bytes: base64url, 43 characters. The store keeps this, never the secret. */
  readonly secretHash: string
  /** Of a sealed session: the rest of what its cookie says. */
  readonly sealed?: SealedClaims
}

/** A token just made, for the cookie, with what the store keeps of it. */
export interface MintedToken extends TokenClaims {
  /** base64url( id[16] ‖ secret[16] ‖ tag[16] ), 64 characters. */
  readonly token: string
}

/**
 * Makes a session token: for a new session, or a new secret for the session `sessionId`.
 *
 * @see docs/adr/0001-token-format.md
 */
export function mintToken(keys: KeyRing, random: Random, sessionId?: string): MintedToken {
  const signed = Buffer.concat([
    sessionId === undefined ? random.bytes(ID_BYTES) : Buffer.from(sessionId, 'base64url'),
    random.bytes(SECRET_BYTES),
  ])
  if (signed.byteLength !== SIGNED_BYTES) throw new TypeError('a session ID has 16 bytes')
  const tag = keys.sign(signed).subarray(0, TAG_BYTES)
  return { token: Buffer.concat([signed, tag]).toString('base64url'), ...claimsOf(signed) }
}

/**
 * Reads a token as it came from a cookie.
 *
 * @returns what it claims, or null when it is not of the exact form or no key of the ring made it. Null costs no look
 *   into the store, so a flood of forged tokens never reaches it.
 */
export function readToken(keys: KeyRing, token: string): TokenClaims | null {
  if (!TOKEN_FORM.test(token)) return null
  const bytes = Buffer.from(token, 'base64url')
  const signed = bytes.subarray(0, SIGNED_BYTES)
  return keys.verifies(signed, bytes.subarray(SIGNED_BYTES)) ? claimsOf(signed) : null
}

/**
 * What a token is remembered by, without looking at whether it is genuine: the ID of the session that it would be of, and
 * a hash of all of it, for a token is kept nowhere. Null when it does not have a token's length.
 *
 * The ID's 128 bits are 21 characters and two bits of the next one; in the ID's own spelling the rest of that are zeros.
 */
export function tokenKey(token: string): { readonly sessionId: string; readonly tokenHash: string } | null {
  if (token.length !== TOKEN_LENGTH) return null
  const bits = BASE64URL.indexOf(token.charAt(WHOLE_ID_CHARACTERS))
  const last = BASE64URL.charAt(bits & 0b110000)
  return { sessionId: token.slice(0, WHOLE_ID_CHARACTERS) + last, tokenHash: hash('sha256', token, 'base64url') }
}

/** Whether two secret hashes are the same, in constant time. */
export function sameSecretHash(left: string, right: string): boolean {
  return sameText(left, right)
}

function claimsOf(signed: Buffer): TokenClaims {
  return {
    sessionId: signed.toString('base64url', 0, ID_BYTES),
    secretHash: hash('sha256', signed.subarray(ID_BYTES), 'base64url'),
  }
}
