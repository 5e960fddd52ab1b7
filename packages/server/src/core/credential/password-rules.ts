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
/** So many digits are hard to guess by themselves. */
const LEAST_DIGITS = 8
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

/** In UTF-16 units: NFC makes at most three code points into one, and a code point has at most two units. */
export const LONGEST_WRITTEN_PASSWORD = MAXIMUM_PASSWORD_LENGTH * 3 * 2
/** No language stacks so many marks on one letter, and to put them in order takes time that grows with their square. */
const TOO_MANY_MARKS = /\p{M}{31}/u

/**
 * The one form in which a password is hashed and compared: NFC, nothing trimmed. Null for what can be nobody's password,
 * found out before any work: it is too long, or more than thirty marks stand on one letter.
 *
 * @see UAX #15, section 13 (Stream-Safe Text Format)
 */
export function normalisePassword(password: string): string | null {
  if (password.length > LONGEST_WRITTEN_PASSWORD || TOO_MANY_MARKS.test(password)) return null
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
  if (normal === null) return 'too-long'
  const length = [...normal].length
  if (length < rules.minimumLength) return 'too-short'
  if (length > MAXIMUM_PASSWORD_LENGTH) return 'too-long'
  const lower = normal.toLowerCase()
  if (isCommon(rules.commonPasswords, lower)) return 'common'
  if (isPredictable(lower)) return 'predictable'
  if (isMadeOf(lower, [...rules.siteWords, ...wordsOf(context)])) return 'personal'
  return null
}

/** A common password; or one repeated, or dressed up with separators and a few digits. */
function isCommon(common: ReadonlySet<string>, password: string): boolean {
  return [password, ...undressed(password)].some((form) => common.has(form) || common.has(repeatedUnit(form)))
}

/** A password without its separators, and, where its digits are too few to be a secret of their own, without those. */
function undressed(password: string): readonly string[] {
  const joined = password.replace(/[\p{P}\p{S}\s]/gu, '')
  const letters = joined.replace(/\p{N}/gu, '')
  const dressed = joined.length - letters.length < LEAST_DIGITS && letters.length * 2 >= joined.length
  return dressed ? [joined, letters] : [joined]
}

/** Few characters over and over, or little besides runs of the keyboard and the alphabet. */
function isPredictable(password: string): boolean {
  if (new Set(repeatedUnit(password)).size < LEAST_DISTINCT || undressed(password).some(isRepetition)) return true
  let rest = password.replace(/(.)\1+/gsu, '$1')
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

/** Whether a few characters come again and again. */
function isRepetition(text: string): boolean {
  const unit = repeatedUnit(text)
  return unit.length < text.length && unit.length < LEAST_REMAINDER
}

/** Whether too little is left of a password once these words are taken out, longest first. */
function isMadeOf(password: string, words: readonly string[]): boolean {
  const known = words.map((word) => word.toLowerCase()).filter((word) => word.length >= 3)
  let rest = password
  for (const word of known.toSorted((left, right) => right.length - left.length)) rest = rest.replaceAll(word, '')
  return rest !== password && rest.replace(/[\p{P}\p{S}\s]/gu, '').length < LEAST_REMAINDER
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
