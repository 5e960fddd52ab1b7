import { ConfigurationError } from './errors.ts'
import { keyFingerprint } from './key-fingerprint.ts'
import type { Store } from './store.ts'

/**
 * Makes sure that these keys can verify what was signed last for this database, and notes the one that signs from now on.
 *
 * A key file that was lost and made anew, the keys of another installation, or a node whose keys are not the other nodes'
 * would otherwise sign everybody out without a word.
 *
 * @param keys the first one signs
 * @param where they come from, for the message
 * @throws ConfigurationError when the key that signed last is missing while sessions live; nothing was noted then
 * @throws StoreUnavailable, Busy
 */
export async function requireSigningKey(
  store: Pick<Store, 'keyMarks' | 'readTime'>,
  keys: readonly Uint8Array[],
  where: string,
): Promise<void> {
  const fingerprints = keys.map(keyFingerprint)
  const [current = ''] = fingerprints
  const last = await store.keyMarks.last()
  if (last === current) return
  const now = await store.readTime()
  if (last === null || fingerprints.includes(last)) return store.keyMarks.note(current, now)
  if (await store.keyMarks.anySessionAt(now)) {
    throw new ConfigurationError(
      `${where}: the key ${last}, which signed this database's sessions last, is not among the keys here (${fingerprints.join(', ')}), and without it everybody would be signed out. Restore it, or give this node the keys of the others; or, to go on with these keys and have everybody sign in again: coatcheck keys adopt`,
    )
  }
  return store.keyMarks.reset(current, now)
}
