import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
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
 * @throws ConfigurationError when the database is there and its keys are not: new ones would sign everybody out
 */
export function readOrMakeKeyFile(databaseFile: string): readonly Uint8Array[] {
  const file = `${databaseFile}.keys`
  if (!existsSync(file)) {
    const database = statSync(databaseFile, { throwIfNoEntry: false })
    if (database?.isDirectory()) {
      throw new ConfigurationError(`COATCHECK_DATABASE: "${databaseFile}" is a folder. Write the path of a file in it.`)
    }
    if (database !== undefined && database.size > 0 && !isSqlite(databaseFile)) {
      throw new ConfigurationError(`COATCHECK_DATABASE: ${databaseFile} is not an SQLite database: name another file.`)
    }
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
    throw new ConfigurationError(`No key file can be made at ${file}: ${reason(error)}.`, { cause: error })
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

function isSqlite(file: string): boolean {
  const header = Buffer.alloc(16)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, header)
  } finally {
    closeSync(handle)
  }
  return header.toString('latin1') === 'SQLite format 3\0'
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
