import { createHmac, createSecretKey, hkdfSync, timingSafeEqual, type KeyObject } from 'node:crypto'
import { ConfigurationError } from './errors.ts'

/** The shortest key accepted, in bytes: the strength of HMAC-SHA-256. */
export const MINIMUM_KEY_BYTES = 32

/** What a key is used for. Each use derives a key of its own, so that nothing made for one purpose passes for another. */
export type KeyUse = 'session-token' | 'sealed-session' | 'sealed-data'

/**
 * The server's secret keys for one use: the first signs, all verify.
 *
 * Kept as `KeyObject`s: on Node 24 an HMAC keyed by a Buffer costs several times as much.
 */
export class KeyRing {
  readonly #use: KeyUse
  #keys: readonly KeyObject[]
  #revision = 0
  #lookAgain: () => boolean = () => false

  /**
   * @param keys at least one, each of at least 32 random bytes; the first is the current one
   * @throws ConfigurationError when there is none, or one is too short
   */
  constructor(keys: readonly Uint8Array[], use: KeyUse) {
    this.#use = use
    this.#keys = deriveKeys(keys, use)
  }

  /** Raised by each `replace`. What was verified under an earlier one may not be remembered under this one. */
  get revision(): number {
    return this.#revision
  }

  /**
   * Takes other keys from now on. Who remembers what a removed key has verified must forget it in the same turn.
   *
   * @throws ConfigurationError as the constructor does; the keys are then those of before
   */
  replace(keys: readonly Uint8Array[]): void {
    this.#keys = deriveKeys(keys, this.#use)
    this.#revision += 1
  }

  /**
   * Before a tag is refused, `lookAgain` is asked whether the keys are others by now, and the tag is tried once more if so.
   * It is called for every forged tag: it must cost next to nothing.
   */
  beforeRefusing(lookAgain: () => boolean): void {
    this.#lookAgain = lookAgain
  }

  /** HMAC-SHA-256 of `data` under the current key: 32 bytes. */
  sign(data: Uint8Array): Buffer {
    const [current] = this.#keys
    if (!current) throw new Error('unreachable: a key ring is never empty')
    return createHmac('sha256', current).update(data).digest()
  }

  /** Whether `tag` is the beginning of the HMAC of `data` under any key of the ring. Takes the same time for any tag. */
  verifies(data: Uint8Array, tag: Uint8Array): boolean {
    return this.#anyVerifies(data, tag) || (this.#lookAgain() && this.#anyVerifies(data, tag))
  }

  #anyVerifies(data: Uint8Array, tag: Uint8Array): boolean {
    let verified = false
    for (const key of this.#keys) {
      const expected = createHmac('sha256', key).update(data).digest().subarray(0, tag.byteLength)
      verified = timingSafeEqual(expected, tag) || verified
    }
    return verified
  }
}

/**
 * The keys of one use, 32 bytes each, in the order of the server's.
 *
 * @throws ConfigurationError when there is none, or one is too short
 * @see RFC 5869 (HKDF), with SHA-256, an empty salt, and the label `coatcheck/v1/<use>` as info
 */
export function deriveKeys(keys: readonly Uint8Array[], use: KeyUse): readonly KeyObject[] {
  if (keys.length === 0) throw new ConfigurationError('COATCHECK_KEYS: at least one key is needed.')
  return keys.map((key, index) => {
    if (key.byteLength < MINIMUM_KEY_BYTES) {
      throw new ConfigurationError(
        `COATCHECK_KEYS: key ${index + 1} has ${key.byteLength} bytes; ${MINIMUM_KEY_BYTES} random bytes are the least.`,
      )
    }
    return createSecretKey(new Uint8Array(hkdfSync('sha256', key, '', `coatcheck/v1/${use}`, 32)))
  })
}
