/** When a password may be set. Never asked when one is checked: a rule made stricter must not lock anybody out. */
export interface PasswordRules {
  /** In code points after NFC. */
  readonly minimumLength: number
  /** Passwords that attackers try first, in lower case. */
  readonly commonPasswords: ReadonlySet<string>
  /** Words that say nothing here: the name of the site. */
  readonly siteWords: readonly string[]
}

/** What a user writes of themselves at sign-up, and so is no secret. */
export interface PasswordContext {
  readonly email: string
  readonly username: string | null
  readonly name: string | null
}

/** Why a password cannot be set. */
export type PasswordRejection = 'too-short' | 'too-long' | 'common' | 'predictable' | 'personal'

/** NIST SP 800-63B-4, section 3.1.1.2: at least 15 characters where the password is the only factor. */
export const MINIMUM_PASSWORD_LENGTH = 15
/** Longer than any sentence, short enough to hash without a thought. */
export const MAXIMUM_PASSWORD_LENGTH = 1_024

/** What must be left of a password when the words that anybody could guess are taken out, in characters. */
const LEAST_REMAINDER = 6
/** Passwords made of fewer different characters than this are patterns. */
const LEAST_DISTINCT = 5
const KEYBOARD_RUNS = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
  '1234567890',
  'abcdefghijklmnopqrstuvwxyz',
]

/** The one form in which a password is hashed and compared: NFC, nothing trimmed. */
export function normalisePassword(password: string): string {
  return password.normalize('NFC')
}

/**
 * Why this password cannot be set, or null when it can. There are no rules of composition.
 *
 * @see NIST SP 800-63B-4, section 3.1.1.2 (length, blocklist with context-specific words)
 */
export function rejectPassword(
  rules: PasswordRules,
  password: string,
  context: PasswordContext,
): PasswordRejection | null {
  const normal = normalisePassword(password)
  const length = [...normal].length
  if (length < rules.minimumLength) return 'too-short'
  if (length > MAXIMUM_PASSWORD_LENGTH) return 'too-long'
  const lower = normal.toLowerCase()
  if (isCommon(rules.commonPasswords, lower)) return 'common'
  if (isPredictable(lower)) return 'predictable'
  if (isMadeOf(lower, [...rules.siteWords, ...wordsOf(context)])) return 'personal'
  return null
}

/** A common password; or one repeated, or dressed up with digits and signs at its ends. */
function isCommon(common: ReadonlySet<string>, password: string): boolean {
  const bare = password.replace(/^[\p{N}\p{P}\p{S}\s]+|[\p{N}\p{P}\p{S}\s]+$/gu, '')
  return [password, bare].some((form) => common.has(form) || common.has(repeatedUnit(form)))
}

function isPredictable(password: string): boolean {
  if (new Set(repeatedUnit(password)).size < LEAST_DISTINCT) return true
  let rest = password
  for (const run of KEYBOARD_RUNS) {
    const reversed = [...run].toReversed().join('')
    for (let size = run.length; size >= 4; size -= 1) {
      for (let start = 0; start + size <= run.length; start += 1) {
        rest = rest.replaceAll(run.slice(start, start + size), '').replaceAll(reversed.slice(start, start + size), '')
      }
    }
  }
  return rest.length < LEAST_REMAINDER
}

/** Whether too little is left of a password once these words are taken out, longest first. */
function isMadeOf(password: string, words: readonly string[]): boolean {
  const known = words.map((word) => word.toLowerCase()).filter((word) => word.length >= 3)
  let rest = password
  for (const word of known.toSorted((left, right) => right.length - left.length)) rest = rest.replaceAll(word, '')
  return rest !== password && rest.replace(/[\p{N}\p{P}\p{S}\s]/gu, '').length < LEAST_REMAINDER
}

function wordsOf({ email, username, name }: PasswordContext): string[] {
  const parts = [email, username ?? '', name ?? '']
  return [...parts, ...parts.flatMap((part) => part.split(/[\p{P}\p{S}\s]+/u))]
}

/** The shortest string that the password is a repetition of: itself, if it repeats nothing. */
function repeatedUnit(password: string): string {
  const size = `${password}${password}`.indexOf(password, 1)
  return password.slice(0, size)
}
