import { statSync } from 'node:fs'
import type { Clock } from './core/clock.ts'
import { ringAt, readKeyFile, type FiledKey } from './key-file.ts'
import type { Log } from './log.ts'

/** How old a process's knowledge of the file may be when it refuses a token. */
export const LOOK_MS = 1_000

/** What follows the file. */
export interface KeyFileWatchParts {
  readonly file: string
  /** The keys that the server has now, the one that signs first. */
  readonly keys: readonly Uint8Array[]
  readonly clock: Pick<Clock, 'monotonicMs' | 'wallMs'>
  readonly log: Log
  /** Takes the keys from now on, the one that signs first. `removed`: one of those before is not among them. */
  changed(keys: readonly Uint8Array[], removed: boolean): void
}

/**
 * Follows the key file of a server that runs: what `coatcheck keys` writes counts within a second, without a restart.
 *
 * A file that is missing or spoiled meanwhile changes nothing; the log says so, once. Keeps no process alive.
 */
export class KeyFileWatch {
  readonly #parts: KeyFileWatchParts
  #stamp = ''
  #filed: readonly FiledKey[] = []
  #ring: readonly Uint8Array[]
  #lookedAtMs: number
  #timer: NodeJS.Timeout | undefined
  #troubled = false

  constructor(parts: KeyFileWatchParts) {
    this.#parts = parts
    this.#ring = parts.keys
    this.#lookedAtMs = parts.clock.monotonicMs()
  }

  /** Looks now, and then every second. */
  start(): void {
    const { file, log } = this.#parts
    const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      log.warn({ file }, 'the key file may be read by other users of this machine: chmod 600')
    }
    this.look()
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref()
  }

  /** Stops looking. */
  stop(): void {
    clearInterval(this.#timer)
  }

  /**
   * Looks, unless that was done within the last second. For a token that no key verifies: a process that was stopped for a
   * while wakes up with old keys, and may be asked before its timer has its turn.
   *
   * @returns whether the keys are others now
   */
  lookIfLate(): boolean {
    return this.#parts.clock.monotonicMs() - this.#lookedAtMs > LOOK_MS && this.look()
  }

  /** Looks now. @returns whether the keys, or their order, are others now */
  look(): boolean {
    this.#lookedAtMs = this.#parts.clock.monotonicMs()
    this.#read()
    if (this.#filed.length === 0) return false
    const before = this.#ring
    const ring = ringAt(this.#filed, this.#parts.clock.wallMs())
    if (before.length === ring.length && ring.every((key, index) => same(key, before[index]))) return false
    this.#ring = ring
    const removed = before.some((old) => !ring.some((key) => same(key, old)))
    this.#parts.changed(ring, removed)
    this.#parts.log.info({ keys: ring.length, removed }, 'the keys are others now')
    return true
  }

  #read(): void {
    const { file, log } = this.#parts
    try {
      const stamp = stampOf(file)
      if (stamp === this.#stamp) return
      this.#filed = readKeyFile(file)
      this.#stamp = stamp
      this.#troubled = false
    } catch (failure) {
      if (!this.#troubled) log.error({ err: failure }, 'the key file cannot be read; the keys stay as they were')
      this.#troubled = true
    }
  }
}

/** Another one whenever another file lies there, or other bytes in it. */
function stampOf(file: string): string {
  const { ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true })
  return [ino, size, mtimeNs, ctimeNs].join()
}

function same(key: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && Buffer.compare(key, other) === 0
}
