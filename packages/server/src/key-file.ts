import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigurationError } from './core/errors.ts'
import { MINIMUM_KEY_BYTES } from './core/key-ring.ts'

/** A key as a line of the file tells of it. */
export interface FiledKey {
  readonly key: Uint8Array
  /** Since or from when it signs, in milliseconds since the Unix epoch; null where nobody wrote it down: since ever. */
  readonly signsFrom: number | null
}

/** Keys as they are written in a setting or a file: standard or URL-safe base64. @throws ConfigurationError */
export function parseKeys(texts: readonly string[], setting: string): readonly Uint8Array[] {
  if (texts.length === 0)
    throw new ConfigurationError(`${setting}: there is no key. Make one with: openssl rand -base64 32`)
  return texts.map((text, index) => {
    const key = Buffer.from(text, 'base64')
    const canonical = text.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/')
    if (key.byteLength < MINIMUM_KEY_BYTES || key.toString('base64').replace(/=+$/, '') !== canonical) {
      throw new ConfigurationError(
        `${setting}: key ${index + 1} is not base64 of at least ${MINIMUM_KEY_BYTES} bytes. Make one with: openssl rand -base64 32`,
      )
    }
    return key
  })
}

/** Where the keys of an embedded database lie. */
export function keyFileOf(databaseFile: string): string {
  return `${databaseFile}.keys`
}

/**
 * The keys kept beside an embedded database; made once, with the database, for its owner's eyes only.
 *
 * @param databaseFile a path that `requireDatabasePath` has let pass
 * @throws ConfigurationError when the database is there and its keys are not: new ones would sign everybody out
 */
export function readOrMakeKeyFile(databaseFile: string): readonly FiledKey[] {
  const file = keyFileOf(databaseFile)
  if (!existsSync(file)) {
    const database = statSync(databaseFile, { throwIfNoEntry: false })
    // Looked for again: another process that starts now makes its keys first, its database second.
    if (database !== undefined && database.size > 0 && !existsSync(file)) {
      throw new ConfigurationError(
        `The key file ${file} is missing beside its database, and without it nobody stays signed in. Restore it from a backup; or, to go on without it and have everybody sign in again: coatcheck keys adopt`,
      )
    }
    if (!existsSync(file)) makeKeyFile(file)
  }
  return readKeyFile(file)
}

/**
 * Reads a key file: a key a line, newest first, with the instant from which it signs behind it.
 *
 * @throws ConfigurationError when it cannot be read, or is not one
 */
export function readKeyFile(file: string): readonly FiledKey[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigurationError(`The key file ${file} cannot be read: ${reason(error)}.`, { cause: error })
  }
  const lines = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim().split(/\s+/)]))
  const keys = parseKeys(
    lines.map(([key = '']) => key),
    file,
  )
  return keys.map((key, index) => ({ key, signsFrom: parseInstant(lines[index]?.slice(1), index + 1, file) }))
}

function parseInstant(words: readonly string[] = [], position: number, file: string): number | null {
  const [text] = words
  if (text === undefined) return null
  const instant = Date.parse(text)
  if (words.length > 1 || Number.isNaN(instant) || new Date(instant).toISOString() !== text) {
    throw new ConfigurationError(
      `${file}: what follows key ${position} is not the instant from which it signs, such as 2026-02-17T09:00:00.000Z. Correct it, or leave it out.`,
    )
  }
  return instant
}

/** The file's text for these keys. */
export function formatKeys(keys: readonly FiledKey[]): string {
  const lines = keys.map(({ key, signsFrom }) => {
    const since = signsFrom === null ? '' : ` ${new Date(signsFrom).toISOString()}`
    return `${Buffer.from(key).toString('base64')}${since}\n`
  })
  return lines.join('')
}

/**
 * The keys in the order of a key ring: the one that signs at `now` first.
 *
 * The newest key signs, once its instant has come; until then it only verifies, so that every process knows it by then.
 */
export function ringAt(keys: readonly FiledKey[], now: number): readonly Uint8Array[] {
  const signer = signerAt(keys, now)
  const others = keys.filter((one) => one !== signer)
  return [...(signer === undefined ? [] : [signer]), ...others].map(({ key }) => key)
}

/** The key that signs at `now`: the newest whose instant has come; the oldest when a clock went back behind them all. */
export function signerAt(keys: readonly FiledKey[], now: number): FiledKey | undefined {
  return keys.find(({ signsFrom }) => signsFrom === null || signsFrom <= now) ?? keys.at(-1)
}

/**
 * Makes a file with a new key. Written whole under another name first, and linked: two processes that start at once end up
 * with the same keys.
 *
 * @throws ConfigurationError when no file can be made there
 */
export function makeKeyFile(file: string): void {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  const text = formatKeys([{ key: randomBytes(MINIMUM_KEY_BYTES), signsFrom: Date.now() }])
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    throw new ConfigurationError(
      `COATCHECK_DATABASE: no file can be made in ${dirname(file)} (${codeOf(error)}). Give this user the right to write there, or name another path.`,
      { cause: error },
    )
  }
  try {
    linkSync(draft, file)
  } catch (error) {
    // Another process was first: its keys are the ones.
    if (!existsSync(file)) {
      throw new ConfigurationError(`No key file can be made at ${file}: ${reason(error)}.`, { cause: error })
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The system's code of what went wrong with a file. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown cause'
}
