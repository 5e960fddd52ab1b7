import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigurationError } from './core/errors.ts'
import { MINIMUM_KEY_BYTES } from './core/key-ring.ts'

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

/**
 * The keys kept beside an embedded database, one a line, the current one first; made once, with the database, for its
 * owner's eyes only.
 *
 * @param databaseFile a path that `requireDatabasePath` has let pass
 * @throws ConfigurationError when the database is there and its keys are not: new ones would sign everybody out
 */
export function readOrMakeKeyFile(databaseFile: string): readonly Uint8Array[] {
  const file = `${databaseFile}.keys`
  if (!existsSync(file)) {
    const database = statSync(databaseFile, { throwIfNoEntry: false })
    // Looked for again: another process that starts now makes its keys first, its database second.
    if (database !== undefined && database.size > 0 && !existsSync(file)) {
      throw new ConfigurationError(
        `The key file ${file} is missing beside its database, and without it nobody stays signed in. Restore it from a backup; or, to sign everybody out, make a new one: openssl rand -base64 32 > ${file}`,
      )
    }
    if (!existsSync(file)) makeKeyFile(file)
  }
  try {
    const lines = readFileSync(file, 'utf8').split('\n')
    const texts = lines.map((line) => line.trim()).filter((line) => line !== '')
    return parseKeys(texts, file)
  } catch (error) {
    if (error instanceof ConfigurationError) throw error
    throw new ConfigurationError(`The key file ${file} cannot be read: ${reason(error)}.`, { cause: error })
  }
}

/** Written whole under another name first, and linked: two processes that start at once end up with the same keys. */
function makeKeyFile(file: string): void {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true })
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

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown cause'
}
