import { hash } from 'node:crypto'
import { isObject, parseObject } from '../parse-json.ts'

/** What a cookie of session data holds, where sessions are sealed: whose it is, until when, and the JSON of each key. */
export interface DataContents {
  /** `ownerOf` a session, `VISITOR`, or `visitorAfter` a session. */
  readonly owner: string
  /** When the data end, whether or not the browser has forgotten them by then. */
  readonly expiresAt: number
  readonly values: ReadonlyMap<string, string>
}

const OWNER_CHARACTERS = 22

/** The owner of what a visitor keeps who has not signed in. As long as any other, so that what fits now fits then. */
export const VISITOR = 'visitor'.padEnd(OWNER_CHARACTERS, '-')

/** What data are bound to: a session and its user, in 22 characters however long their names are. */
export function ownerOf(sessionId: string, userId: string | null): string {
  return hashed([sessionId, userId])
}

function hashed(parts: readonly (string | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, OWNER_CHARACTERS)
}

/** The owner of what a visitor keeps whose browser still has the cookie of a session that has ended. */
export function visitorAfter(sessionId: string): string {
  return hashed([sessionId])
}

/** What goes into the cookie, before it is sealed: JSON. */
export function writeContents({ owner, expiresAt, values }: DataContents): string {
  const data = Object.fromEntries([...values].map(([key, json]): [string, unknown] => [key, JSON.parse(json)]))
  return JSON.stringify({ v: 1, owner, expiresAt, data })
}

/** Reads what came out of a cookie that one of our keys had sealed. Null for anything that `writeContents` does not write. */
export function readContents(content: string): DataContents | null {
  const value = parseObject(content)
  if (value === null) return null
  const { v, owner, expiresAt, data } = value
  if (v !== 1 || typeof owner !== 'string' || !isObject(data)) return null
  if (typeof expiresAt !== 'number' || !Number.isSafeInteger(expiresAt)) return null
  const values = Object.entries(data).map(([key, held]): [string, string] => [key, JSON.stringify(held)])
  return { owner, expiresAt, values: new Map(values) }
}
