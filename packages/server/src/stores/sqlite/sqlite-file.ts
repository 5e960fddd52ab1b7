import { closeSync, fsyncSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ConfigurationError } from '../../core/errors.ts'

/** How every SQLite database begins. */
const MAGIC = 'SQLite format 3\0'

/**
 * Whether a path may name an embedded database: one that is there already, or one to be made. Nothing is created, so
 * that this can be asked before anything is put beside the database.
 *
 * @param path as it stands in the settings
 * @returns the absolute path
 * @throws ConfigurationError for no path at all, memory, a folder, a file in the place of one, another kind of file
 */
export function requireDatabasePath(path: string): string {
  if (path === ':memory:') {
    throw new ConfigurationError(
      'COATCHECK_DATABASE: ":memory:" is no file, and a database in memory forgets everybody. Write the path of a file.',
    )
  }
  if (path === '' || /[\\/]$/.test(path)) {
    throw new ConfigurationError(`COATCHECK_DATABASE: "${path}" is no file. Write the path of one.`)
  }
  const absolute = resolve(path)
  const wrong = wrongWith(absolute)
  if (wrong !== null) throw new ConfigurationError(`COATCHECK_DATABASE: ${absolute} ${wrong}`)
  return absolute
}

/**
 * Makes sure that the database's file is there and can be written: creates folder and file for this user's eyes only.
 * SQLite gives its companions (`-wal`, `-shm`) the mode of the file.
 *
 * @returns the absolute path
 * @throws ConfigurationError with a sentence for each way in which a path can be no place for a database
 */
export function requireDatabaseFile(path: string): string {
  const absolute = requireDatabasePath(path)
  try {
    mkdirSync(dirname(absolute), { recursive: true, mode: 0o700 })
    closeSync(openSync(absolute, 'a+', 0o600))
    syncFolder(dirname(absolute))
  } catch (error) {
    throw new ConfigurationError(`COATCHECK_DATABASE: ${absolute} ${reasonOf(error)}`, { cause: error })
  }
  return absolute
}

/** What is wrong with a file that SQLite could not open or set up, as the end of a sentence that starts with its path. */
export function sqliteReason(error: unknown): string | null {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : null
  if (code === null) return null
  return SQLITE_REASONS[code] ?? null
}

const FOLDER = 'is a folder: name a file in it.'
const NOT_SQLITE = 'is not an SQLite database: name another file, or move this one away.'

/** SQLite's primary result codes. */
const SQLITE_REASONS: Readonly<Record<number, string>> = {
  8: 'cannot be written: give this user the right to write it and its folder.',
  11: 'is a damaged SQLite database: restore it from a backup.',
  14: 'cannot be opened by SQLite: give this user the right to write the file and its folder.',
  26: NOT_SQLITE,
}

function wrongWith(file: string): string | null {
  try {
    const stats = statSync(file)
    if (stats.isDirectory()) return FOLDER
    // An empty file is a database to be made: SQLite itself begins with one.
    return stats.size === 0 || beginsLikeSqlite(file) ? null : NOT_SQLITE
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? null : reasonOf(error)
  }
}

function beginsLikeSqlite(file: string): boolean {
  const start = Buffer.alloc(MAGIC.length)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, start)
  } finally {
    closeSync(handle)
  }
  return start.toString('latin1') === MAGIC
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  switch (code) {
    case 'EISDIR':
      return FOLDER
    case 'ENOTDIR':
    case 'EEXIST':
      return 'cannot be created: a part of its path is a file, not a folder.'
    case 'EACCES':
    case 'EPERM':
      return 'may not be opened by this user: give it the right to write the file and its folder, or name another path.'
    case 'EROFS':
      return 'is on a read-only file system: name another path.'
    case 'ENOSPC':
      return 'cannot be created: the disk is full.'
    default:
      return 'cannot be opened or created.'
  }
}

/** So that a new file's name survives a power failure like its contents. Windows cannot open folders, and need not. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
