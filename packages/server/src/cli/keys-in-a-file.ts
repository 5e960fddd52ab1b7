import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { ConfigurationError, StoreUnavailable } from '../core/errors.ts'
import { keyFingerprint } from '../core/key-fingerprint.ts'
import { MINIMUM_KEY_BYTES } from '../core/key-ring.ts'
import { type FiledKey, keyFileOf, readKeyFile, signerAt } from '../key-file.ts'
import { changeKeyFile } from '../key-file-change.ts'
import { LOOK_MS } from '../key-file-watch.ts'

/** From writing a key to signing with it: ten times as long as any server on this file takes to know it. */
const SIGNS_AFTER_MS = 10 * LOOK_MS
/** A busy server may go on signing with the old key for a moment after the new one's instant. */
const LATE_MS = 60_000

/** The fingerprints in a key file, and what each key is used for. */
export function listFileKeys(databaseFile: string): string {
  const file = keyFileOf(databaseFile)
  const now = Date.now()
  const keys = readKeyFile(file)
  const signer = signerAt(keys, now)
  const lines = keys.map((key) => `  ${keyFingerprint(key.key)}  ${describe(key, key === signer, now)}`)
  return [`Keys in ${file}:`, ...lines].join('\n')
}

function describe({ signsFrom }: FiledKey, signs: boolean, now: number): string {
  if (signsFrom === null) return signs ? 'signs; since when is not known' : 'verifies; its age is not known'
  if (signsFrom > now) return `verifies, and signs from ${iso(signsFrom)}`
  const age = `${Math.floor((now - signsFrom) / 86_400_000)} days old`
  return signs ? `signs, since ${iso(signsFrom)} (${age})` : `verifies; it signed from ${iso(signsFrom)} (${age})`
}

/**
 * Adds a key that verifies at once and signs ten seconds later: by then every server on this file knows it.
 *
 * @throws ConfigurationError while the last one added does not sign yet
 */
export function rotateFileKeys(databaseFile: string): string {
  const file = keyFileOf(databaseFile)
  const now = Date.now()
  const signsFrom = now + SIGNS_AFTER_MS
  const [added] = changeKeyFile(file, (keys) => {
    const waiting = keys.find((key) => key.signsFrom !== null && key.signsFrom > now)
    if (waiting !== undefined) {
      throw new ConfigurationError(
        `The key ${keyFingerprint(waiting.key)} was added a moment ago, and signs from ${iso(waiting.signsFrom ?? now)}: wait until then.`,
      )
    }
    return [{ key: randomBytes(MINIMUM_KEY_BYTES), signsFrom }, ...keys]
  })
  const name = added === undefined ? '' : keyFingerprint(added.key)
  return `The key ${name} verifies from now and signs from ${iso(signsFrom)}. Servers that run take it from the file by themselves.
Keys that no session needs any more go with: coatcheck keys prune`
}

/**
 * Removes the keys that no live session can have been signed with; with `force`, all that do not sign.
 *
 * @throws ConfigurationError when that would sign somebody out, and `force` is false; or when the newest key does not sign yet,
 *   and the one to be removed does. Nothing was changed then
 */
export function pruneFileKeys(
  databaseFile: string,
  force: boolean,
): { readonly removed: number; readonly message: string } {
  const file = keyFileOf(databaseFile)
  let removed: readonly FiledKey[] = []
  let needing = 0
  changeKeyFile(file, (keys) => {
    const now = Date.now()
    const signer = signerAt(keys, now)
    const last = keys.findIndex((key) => key === signer)
    const older = keys.slice(last + 1)
    if (force && last > 0) throw stillSigns(keys[0], signer, now)
    const kept = force ? [] : older.filter((_key, index) => needed(keys[last + index], databaseFile, now))
    removed = older.filter((key) => !kept.includes(key))
    if (kept.length > 0 && removed.length === 0) throw wouldSignOut(kept.length, keys[last], databaseFile, now)
    needing = kept.length
    return [...keys.slice(0, last + 1), ...kept]
  })
  if (removed.length === 0) return { removed: 0, message: 'There is no key that nobody needs: nothing to prune.' }
  const rest = needing === 0 ? '' : ` Kept, because live sessions may need them: ${needing}.`
  const names = removed.map(({ key }) => keyFingerprint(key)).join(', ')
  return { removed: removed.length, message: `Removed: ${names}.${rest}` }
}

/** Whether a session lives that began before the next key signed. When that was may not be known: then any session. */
function needed(next: FiledKey | undefined, databaseFile: string, now: number): boolean {
  return liveSessions(databaseFile, endOfSigning(next, now), now).count > 0
}

function endOfSigning(next: FiledKey | undefined, now: number): number {
  const signsFrom = next?.signsFrom ?? null
  return signsFrom === null ? now : signsFrom + LATE_MS
}

function wouldSignOut(
  count: number,
  signer: FiledKey | undefined,
  databaseFile: string,
  now: number,
): ConfigurationError {
  const sessions = liveSessions(databaseFile, endOfSigning(signer, now), now)
  return new ConfigurationError(
    `${sessions.count} live sessions may have been signed by the ${count} keys before the current one, and would be signed out. The last of them ends at ${iso(sessions.lastEnd)}. To remove the keys at once, because one has leaked for example: coatcheck keys prune --force`,
  )
}

/** A key that leaked is the one that signs, right after a rotation: to say that nothing was to be done would be fatal. */
function stillSigns(waiting: FiledKey | undefined, signer: FiledKey | undefined, now: number): ConfigurationError {
  const [next, present] = [waiting, signer].map((one) => (one === undefined ? '' : keyFingerprint(one.key)))
  return new ConfigurationError(
    `The key ${present} still signs, until ${next} takes over at ${iso(waiting?.signsFrom ?? now)}. Nothing was removed: wait until then, and run this again.`,
  )
}

function liveSessions(
  databaseFile: string,
  startedBefore: number,
  now: number,
): { readonly count: number; readonly lastEnd: number } {
  if (!existsSync(databaseFile)) return { count: 0, lastEnd: now }
  try {
    const database = new DatabaseSync(databaseFile, { readOnly: true, timeout: 5_000 })
    try {
      const row = database
        .prepare('select count(*) as n, max(expires_at) as last from sessions where created_at < ? and expires_at > ?')
        .get(startedBefore, now)
      return { count: Number(row?.['n'] ?? 0), lastEnd: Number(row?.['last'] ?? now) }
    } finally {
      database.close()
    }
  } catch (cause) {
    throw new StoreUnavailable('The database cannot be read, so who would be signed out is not known.', {
      outcome: 'nothing-written',
      cause,
    })
  }
}

function iso(instant: number): string {
  return new Date(instant).toISOString()
}
