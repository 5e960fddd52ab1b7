import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { ConfigurationError } from './core/errors.ts'
import { codeOf, formatKeys, readKeyFile, type FiledKey } from './key-file.ts'

/**
 * Changes a key file as a whole: whoever reads it sees the old keys or the new ones, and after a crash too.
 *
 * The draft beside it is the lock: of two changes at once, one is refused. Owner and group stay; others get no rights.
 *
 * @param change gets the keys that are in the file, and returns those that shall be; what it throws leaves all as it was
 * @returns what `change` returned
 * @throws ConfigurationError when the file is missing, or a link, or may not be written here
 */
export function changeKeyFile(
  file: string,
  change: (keys: readonly FiledKey[]) => readonly FiledKey[],
): readonly FiledKey[] {
  const { uid, gid } = requireOwnFile(file)
  const draft = `${file}.new`
  const descriptor = openDraft(draft, file)
  try {
    try {
      fchmodSync(descriptor, 0o600)
      takeOwner(descriptor, uid, gid, file)
      const keys = change(readKeyFile(file))
      writeSync(descriptor, formatKeys(keys))
      fsyncSync(descriptor)
      renameSync(draft, file)
      syncFolder(dirname(file))
      return keys
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

/** A link would be replaced by a file, and what it points to would stay as it was. */
function requireOwnFile(file: string): { readonly uid: number; readonly gid: number } {
  const status = lstatSync(file, { throwIfNoEntry: false })
  if (status?.isFile() === true) return status
  if (status?.isSymbolicLink() === true) {
    throw new ConfigurationError(
      `The key file ${file} is a symbolic link: change the file that it points to, where that is kept.`,
    )
  }
  throw new ConfigurationError(
    `There is no key file ${file}. It is made beside the database when the server first starts; is COATCHECK_DATABASE the server's?`,
  )
}

function openDraft(draft: string, file: string): number {
  try {
    return openSync(draft, 'wx', 0o600)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') {
      throw new ConfigurationError(
        `The keys are being changed by another process. If none is, one was interrupted: remove ${draft} and try again.`,
        { cause: error },
      )
    }
    throw new ConfigurationError(
      `The key file ${file} cannot be changed here (${code}). Run this as the server's user.`,
      { cause: error },
    )
  }
}

/** Root may change the keys of a server that runs as another user: they must stay that user's, or it can't read them. */
function takeOwner(descriptor: number, uid: number, gid: number, file: string): void {
  if (process.platform === 'win32' || (process.getuid?.() === uid && process.getgid?.() === gid)) return
  try {
    fchownSync(descriptor, uid, gid)
  } catch (error) {
    throw new ConfigurationError(
      `The key file ${file} belongs to another user. Run this as the server's user, or as root.`,
      { cause: error },
    )
  }
}

/** Or the new name might be gone after a power cut. Windows has no such thing. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
