import { lowerAscii } from './email.ts'

const USERNAME = /^[a-z0-9._-]{3,32}$/

/** A username in its stored form (lower case), or null: 3 to 32 of `a-z 0-9 . _ -`, and so never an email address. */
export function normaliseUsername(username: string): string | null {
  const lower = lowerAscii(username.trim())
  return USERNAME.test(lower) ? lower : null
}
