import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { ConfigurationError } from '../core/errors.ts'
import type { Log } from '../log.ts'
import { isPostgresUrl, NO_DATABASE } from '../open-store.ts'
import type { Config } from './config.ts'
import { forkWorker, type Ending, type ForkedWorker } from './forked-worker.ts'
import { openLogDestination } from './log-destination.ts'
import type { RunningServer } from './main.ts'
import { relayReports } from './worker-reports.ts'

const MOST_WORKERS = 64
/** Longer than a worker takes to finish what is under way and to let go of the store: one that takes longer hangs. */
const STOP_MS = 20_000
/** A worker that has listened for so long did not die at once. */
const STEADY_MS = 10_000
const FIRST_DELAY_MS = 250
const LONGEST_DELAY_MS = 30_000

/**
 * The number of workers that a text asks for, from 1 to 64.
 *
 * @throws ConfigurationError when it is none
 */
export function readWorkerCount(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > MOST_WORKERS) {
    throw new ConfigurationError(`--workers: "${text}" is not a number of processes from 1 to ${MOST_WORKERS}.`)
  }
  return count
}

/**
 * How long to wait before a worker is replaced: not at all the first time, then twice as long each time.
 *
 * @param deaths how many workers died in a row at this place, none of which had listened for ten seconds
 */
export function restartDelayMs(deaths: number): number {
  return deaths <= 1 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (deaths - 2), LONGEST_DELAY_MS)
}

/**
 * Starts the server as several processes on one port. This one serves nothing and holds no connection to the database; it
 * replaces workers that die, and passes on their log.
 *
 * Resolves when the first worker listens, and has found that the settings work; the others follow, and are tried again
 * until they listen too. That all do is told to the log.
 *
 * @throws ConfigurationError what stopped the first worker
 */
export async function serveByWorkers(config: Config, count: number): Promise<RunningServer> {
  const { database = '' } = config.options
  if (!isPostgresUrl(database) && database !== NO_DATABASE) {
    throw new ConfigurationError(
      '--workers needs PostgreSQL: only one process writes the embedded database. Set COATCHECK_DATABASE to postgres://…, or leave --workers out.',
    )
  }
  const destination = openLogDestination()
  const log = pino(destination.stream)
  relayReports()
  const workers = new Workers(log, (lines) => destination.stream.write(lines))
  process.on('exit', () => workers.kill())
  const onAll = (): void =>
    log.info({ url: config.options.url, host: config.host, port: config.port, workers: count }, 'listening')
  try {
    await workers.start(count, onAll)
  } catch (error) {
    await destination.close()
    throw error
  }
  const close = async (): Promise<void> => {
    if (!(await workers.stop())) process.exitCode = 1
    await destination.close()
  }
  return { port: config.port, close }
}

/** The workers, each at its place. */
class Workers {
  readonly #log: Log
  readonly #write: (lines: string) => void
  readonly #running = new Set<ForkedWorker>()
  readonly #stopping = new AbortController()
  #places: readonly Promise<boolean>[] = []

  #count = 1

  constructor(log: Log, write: (lines: string) => void) {
    this.#log = log
    this.#write = write
  }

  /** Starts the first worker, then the others: what stops them all is said once. */
  async start(count: number, onAll: () => void): Promise<void> {
    this.#count = count
    const first = this.#fork(1)
    if (!(await first.listens)) throw new ConfigurationError(sayWhy(await first.ended))
    const listening = Array.from({ length: count }, () => Promise.withResolvers<void>())
    this.#places = listening.map(({ resolve }, index) =>
      this.#keep(index === 0 ? first : this.#fork(index + 1), resolve),
    )
    void Promise.all(listening.map(({ promise }) => promise)).then(onAll)
  }

  /** Lets all finish what is under way. False when one did not end as it should. */
  async stop(): Promise<boolean> {
    this.#stopping.abort()
    for (const worker of this.#running) worker.stop()
    const giveUp = setTimeout(() => this.kill(), STOP_MS)
    const ends = await Promise.all(this.#places)
    clearTimeout(giveUp)
    return ends.every(Boolean)
  }

  /** Ends all that still run, at once. */
  kill(): void {
    for (const worker of this.#running) worker.kill()
  }

  #fork(number: number): ForkedWorker {
    const worker = forkWorker(number, this.#count, this.#write)
    this.#running.add(worker)
    void worker.ended.then(() => this.#running.delete(worker))
    return worker
  }

  /** Keeps a place filled until all are stopped. Returns whether its last worker ended as it should. */
  async #keep(first: ForkedWorker, onListening: () => void): Promise<boolean> {
    let deaths = 0
    for (let worker = first; ; worker = this.#fork(worker.number)) {
      if (await worker.listens) onListening()
      const ending = await worker.ended
      const { number, pid } = worker
      if (this.#stopping.signal.aborted) {
        const asItShould = ending.code === 0 || ending.listenedMs === 0
        if (!asItShould)
          this.#log.error({ worker: number, workerPid: pid, ...ending }, 'a worker did not end by itself')
        return asItShould
      }
      deaths = ending.listenedMs >= STEADY_MS ? 1 : deaths + 1
      const retryInMs = restartDelayMs(deaths)
      const level = ending.code === 0 ? 'info' : 'error'
      this.#log[level]({ worker: number, workerPid: pid, ...ending, retryInMs }, 'a worker ended and is replaced')
      if (!(await this.#wait(retryInMs))) return true
    }
  }

  /** False when all were stopped meanwhile. */
  async #wait(ms: number): Promise<boolean> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
    return !this.#stopping.signal.aborted
  }
}

function sayWhy({ sentence, code, signal }: Ending): string {
  return sentence ?? `The first worker ended before it listened (${signal ?? `exit code ${code}`}).`
}
