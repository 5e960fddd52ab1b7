/** What a cookie of session data holds, where sessions are sealed: whose it is, until when, and the JSON of each key. */
export interface DataContents {
  /** The session that the data belong to; null of a visitor who has not signed in. */
  readonly sessionId: string | null
  /** Its user. */
  readonly userId: string | null
  /** When the data end, whether or not the browser has forgotten them by then. */
  readonly expiresAt: number
  readonly values: ReadonlyMap<string, string>
}

/** What goes into the cookie, before it is sealed: JSON. */
export function writeContents({ values, ...owner }: DataContents): string {
  const data = Object.fromEntries([...values].map(([key, json]): [string, unknown] => [key, JSON.parse(json)]))
  return JSON.stringify({ v: 1, ...owner, data })
}

/** Reads what came out of a cookie that one of our keys had sealed. Null for anything that `writeContents` does not write. */
export function readContents(content: string): DataContents | null {
  const value: unknown = parse(content)
  if (!isObject(value)) return null
  const { v, sessionId, userId, expiresAt, data } = value
  if (v !== 1 || !isTextOrNull(sessionId) || !isTextOrNull(userId) || !isObject(data)) return null
  if (typeof expiresAt !== 'number' || !Number.isSafeInteger(expiresAt)) return null
  const values = Object.entries(data).map(([key, held]): [string, string] => [key, JSON.stringify(held)])
  return { sessionId, userId, expiresAt, values: new Map(values) }
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return null
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}
