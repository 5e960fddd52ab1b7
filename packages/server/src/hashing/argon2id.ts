import { hash, parseOptions, verify } from '@node-rs/argon2'
import { availableParallelism } from 'node:os'
import type { PasswordHasher } from '../core/credential/password-hasher.ts'
import { isPrivateNetwork } from '../core/network.ts'
import { BoundedQueue } from './bounded-queue.ts'

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const

/** A stored hash of higher cost than this was made by no sane setting: 256 MiB, 16 passes, 16 lanes. */
const MOST = { memoryCost: 262_144, timeCost: 16, parallelism: 16 } as const

/** Hashing borrows libuv's threads, four unless set otherwise; one is always left for files and names. */
const LIBUV_THREADS = libuvThreads(process.env['UV_THREADPOOL_SIZE'])
const QUEUE = { waiting: 64, perNetwork: 16 } as const

/**
 * Argon2id on libuv's threads, at most one hash a core less one at a time, the next 64 in a queue.
 *
 * Nothing that a session check does may use those threads: with hashes capped at one and no check waiting for them, a storm
 * of sign-ins leaves checks as fast as they were.
 *
 * @see RFC 9106 (argon2id); the PHC string format
 */
export class Argon2idHasher implements PasswordHasher {
  readonly #queue: BoundedQueue
  #decoy: Promise<string> | null = null

  /** @param processes how many processes on this machine share its cores, this one included */
  constructor(processes = 1) {
    const share = Math.floor((availableParallelism() - 1) / processes)
    this.#queue = new BoundedQueue({ running: Math.max(1, Math.min(share, LIBUV_THREADS - 1)), ...QUEUE })
  }

  requireRoom(network: string): void {
    this.#queue.requireRoom(place(network))
  }

  hash(password: string, network: string): Promise<string> {
    return this.#queue.run(place(network), () => hash(password, PARAMETERS))
  }

  async verify(storedHash: string | null, password: string, network: string): Promise<boolean> {
    return this.#queue.run(place(network), async () => {
      const readable = storedHash !== null && readParameters(storedHash) !== null
      // A password that nobody can have costs what another does.
      const matches = await verify(readable ? storedHash : await this.#decoyHash(), password)
      return readable && matches
    })
  }

  isOutdated(storedHash: string): boolean {
    const parameters = readParameters(storedHash)
    if (parameters === null) return true
    const { memoryCost, timeCost, outputLen } = parameters
    const weaker = memoryCost < PARAMETERS.memoryCost || timeCost < PARAMETERS.timeCost
    return !storedHash.startsWith('$argon2id$') || weaker || outputLen < PARAMETERS.outputLen
  }

  /** Begins to make the hash that unknown users are checked against, ahead of the first of them. */
  warmUp(): void {
    // What fails here fails again, and is seen, at the first sign-in.
    this.#decoyHash().catch(() => undefined)
  }

  #decoyHash(): Promise<string> {
    this.#decoy ??= hash('no password hashes to this', PARAMETERS).catch((error: unknown) => {
      this.#decoy = null
      throw error
    })
    return this.#decoy
  }
}

/** As libuv reads the variable: what is no positive number counts as one thread. */
function libuvThreads(setting: string | undefined): number {
  const threads = Number.parseInt(setting ?? '4', 10)
  return threads >= 1 ? threads : 1
}

/** Reads a stored hash's parameters; null for one that is no hash, or would take the machine with it. */
function readParameters(storedHash: string): ReturnType<typeof parseOptions> | null {
  try {
    const parameters = parseOptions(storedHash)
    const { memoryCost, timeCost, parallelism } = parameters
    const bearable = memoryCost <= MOST.memoryCost && timeCost <= MOST.timeCost && parallelism <= MOST.parallelism
    return bearable ? parameters : null
  } catch {
    return null
  }
}

/** All users behind a proxy that was not declared share one private address: they are not limited as if they were one. */
function place(network: string): string | null {
  return isPrivateNetwork(network) ? null : network
}
