import { randomBytes } from 'node:crypto'
import { ConfigurationError } from '../core/errors.ts'
import { keyFingerprint } from '../core/key-fingerprint.ts'
import { MINIMUM_KEY_BYTES } from '../core/key-ring.ts'
import { parseKeys } from '../key-file.ts'

const SETTING = 'COATCHECK_KEYS'

/** The fingerprints of the keys in COATCHECK_KEYS. Since when they sign is written nowhere. */
export function listGivenKeys(keys: readonly string[]): string {
  const lines = parseKeys(keys, SETTING).map(
    (key, index) => `  ${keyFingerprint(key)}  ${index === 0 ? 'signs' : 'verifies'}`,
  )
  return [`Keys in ${SETTING}, the same for every node:`, ...lines].join('\n')
}

/** The two values to set, one after the other: a key must be known everywhere before it signs anywhere. */
export function rotateGivenKeys(keys: readonly string[], absoluteSeconds: number): string {
  parseKeys(keys, SETTING)
  const [current = '', ...older] = keys
  const added = randomBytes(MINIMUM_KEY_BYTES).toString('base64')
  return `Two steps, so that nobody is signed out. Each value is a secret.

1. Verify with the new key everywhere. Set this on every node, and restart each:
${SETTING}=${[current, added, ...older].join()}

2. Sign with it. Once every node runs with the first value, set this on every node, and restart each:
${SETTING}=${[added, current, ...older].join()}

The old key can go when the last session that it signed has ended, ${days(absoluteSeconds)} later by the session policy:
coatcheck keys prune --force`
}

/** The value without all keys but the current one. */
export function pruneGivenKeys(keys: readonly string[], absoluteSeconds: number, force: boolean): string {
  parseKeys(keys, SETTING)
  const [current = '', ...older] = keys
  if (older.length === 0) return 'There is only the current key: nothing to prune.'
  if (!force) {
    throw new ConfigurationError(
      `Since when the current key signs is not known here, and sessions signed by the ${older.length} before it live for up to ${days(absoluteSeconds)}: each would be signed out. If that has passed on every node, or if a key has leaked, say so: coatcheck keys prune --force`,
    )
  }
  return `Set this on every node, and restart each:\n${SETTING}=${current}`
}

function days(seconds: number): string {
  return seconds % 86_400 === 0 ? `${seconds / 86_400} days` : `${seconds} seconds`
}
