import { Worker } from 'node:worker_threads'
import { Busy, ConfigurationError, StoreUnavailable } from '../../core/errors.ts'
import type { Unit, UnitOutcome } from '../sql/sql-database.ts'
import type { UnitFailure } from './group-commit.ts'
import type { FromWriter, ToWriter, WriterSettings } from './writer-messages.ts'

/** Units under one commit: enough to share a sync, few enough that the first does not wait long for the last. */
const GROUP_SIZE = 256

interface Waiting {
  readonly unit: Unit
  readonly resolve: (outcome: UnitOutcome) => void
  readonly reject: (error: Error) => void
}

/** The side of the writer's thread that callers see: a bounded queue whose head is with the thread. */
export class SqliteWriter {
  readonly #worker: Worker
  readonly #maxQueued: number
  readonly #exited: Promise<void>
  #queue: Waiting[] = []
  #underWay: readonly Waiting[] = []
  #flushing = false
  #gone: StoreUnavailable | null = null
  #onIdle: (() => void) | null = null

  /** Starts the thread. Resolves once the database is open and its schema up to date. */
  static async start(settings: WriterSettings, maxQueued: number): Promise<SqliteWriter> {
    // From source this is writer-thread.ts, once built .js. No execArgv: flags such as --input-type are not for it.
    const file = import.meta.url.endsWith('.ts') ? './writer-thread.ts' : './writer-thread.js'
    const worker = new Worker(new URL(file, import.meta.url), { workerData: settings, execArgv: [] })
    await opened(worker)
    return new SqliteWriter(worker, maxQueued)
  }

  private constructor(worker: Worker, maxQueued: number) {
    this.#worker = worker
    this.#maxQueued = maxQueued
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()))
    worker.on('message', (message: FromWriter) => {
      if (message.kind === 'answers') this.#settle(message.answers)
    })
    worker.on('error', (error) => this.#lose(error))
    worker.on('exit', () => this.#lose(null))
    // An idle store keeps no process alive; #flush holds it while there is something to write.
    worker.unref()
  }

  /** See `SqlDatabase.write`. */
  write(unit: Unit): Promise<UnitOutcome> {
    if (this.#gone) return Promise.reject(this.#gone)
    if (this.#queue.length + this.#underWay.length >= this.#maxQueued) {
      return Promise.reject(new Busy("The queue of the database's writer is full.", 1))
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ unit, resolve, reject })
      if (this.#flushing) return
      // A microtask later, so that what is asked for in one go is committed in one go.
      this.#flushing = true
      queueMicrotask(() => this.#flush())
    })
  }

  /** Takes no more writes, and resolves once those it took are answered. */
  async drain(): Promise<void> {
    this.#gone ??= new StoreUnavailable('The store is closed.', { outcome: 'nothing-written' })
    if (this.#flushing) await new Promise<void>((resolve) => (this.#onIdle = resolve))
  }

  /** Has the thread close the database, after `drain`. */
  async close(): Promise<void> {
    await this.drain()
    this.#worker.ref()
    this.#send({ kind: 'close' })
    await this.#exited
  }

  #flush(): void {
    if (this.#queue.length === 0) {
      this.#flushing = false
      this.#worker.unref()
      this.#onIdle?.()
      return
    }
    this.#underWay = this.#queue.slice(0, GROUP_SIZE)
    this.#queue = this.#queue.slice(GROUP_SIZE)
    this.#worker.ref()
    this.#send({ kind: 'units', units: this.#underWay.map(({ unit }) => unit) })
  }

  #settle(answers: readonly (UnitOutcome | UnitFailure)[]): void {
    const group = this.#underWay
    this.#underWay = []
    for (const [index, { resolve, reject }] of group.entries()) {
      const answer = answers[index]
      if (answer && 'ok' in answer) resolve(answer)
      else reject(unavailable(answer?.failure ?? 'no answer', answer?.outcome ?? 'unknown'))
    }
    this.#flush()
  }

  /** The thread has ended: what it was writing may be there, what waited is not, and nothing more will be. */
  #lose(cause: Error | null): void {
    this.#gone ??= new StoreUnavailable('The thread that writes the database has ended; restart the process.', {
      outcome: 'nothing-written',
      cause,
    })
    for (const { reject } of this.#underWay) reject(unavailable('the writing thread ended', 'unknown'))
    for (const { reject } of this.#queue) reject(this.#gone)
    this.#underWay = []
    this.#queue = []
    this.#flushing = false
    this.#onIdle?.()
  }

  #send(message: ToWriter): void {
    this.#worker.postMessage(message)
  }
}

function opened(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: unknown) => reject(startFailure(cause))
    worker.once('error', refuse)
    worker.once('exit', refuse)
    worker.once('message', (message: FromWriter) => {
      worker.off('error', refuse)
      worker.off('exit', refuse)
      if (message.kind !== 'refused') resolve()
      else reject(message.misconfigured ? new ConfigurationError(message.reason) : startFailure(message.reason))
    })
  })
}

function startFailure(cause: unknown): StoreUnavailable {
  return new StoreUnavailable('The database could not be opened.', { outcome: 'nothing-written', cause })
}

function unavailable(failure: string, outcome: 'nothing-written' | 'unknown'): StoreUnavailable {
  const message = outcome === 'unknown' ? 'The database did not confirm the write.' : 'The database could not write.'
  return new StoreUnavailable(message, { outcome, cause: new Error(failure) })
}
