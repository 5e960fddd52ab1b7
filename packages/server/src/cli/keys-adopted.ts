import { existsSync } from 'node:fs'
import { keyFingerprint } from '../core/key-fingerprint.ts'
import { keyFileOf, makeKeyFile } from '../key-file.ts'
import { openStore } from '../open-store.ts'

/** What says where database and keys are. */
export interface KeysAndDatabase {
  readonly database: string
  readonly keys: readonly string[] | undefined
}

/**
 * Has the database forget whichever keys signed its sessions, and take those of the settings: a key file that is missing
 * beside it is made. Sessions that others signed are refused from then on.
 *
 * @throws ConfigurationError, StoreUnavailable as the server does at start
 */
export async function adoptKeys({ database, keys }: KeysAndDatabase): Promise<string> {
  // A path in the form of a URL exists nowhere.
  const file = keyFileOf(database)
  if (keys === undefined && existsSync(database) && !existsSync(file)) makeKeyFile(file)
  const opened = await openStore({ database, keys, migrate: false, leaseMs: 1_000 })
  const [signer] = opened.keys
  try {
    const name = signer === undefined ? '' : keyFingerprint(signer)
    await opened.store.keyMarks.reset(name, await opened.store.readTime())
    return `The key ${name} signs for this database from now on. Who was signed in by a key that is not here must sign in again.`
  } finally {
    await opened.store.close()
  }
}
