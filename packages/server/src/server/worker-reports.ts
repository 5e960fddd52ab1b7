import cluster, { type Worker } from 'node:cluster'
import type { ToPrimary, ToWorker } from './worker-messages.ts'

/** How long a worker may take to report before the others' reports go without its own. */
const REPORT_MS = 1_000
/** A primary process that has not answered by then is itself stopped. */
const PRIMARY_MS = 2 * REPORT_MS

let ownReport: (() => unknown) | null = null
let joined = false
let lastId = 0
const asked = new Map<number, (reports: readonly unknown[]) => void>()

/**
 * Sets what this process reports when any worker asks all of them.
 *
 * @param report called once for each question; what it returns must survive JSON. A process whose report throws is left out
 */
export function answerWith(report: () => unknown): void {
  ownReport = report
}

/**
 * The reports of all workers, this one's among them, in no order; in a process without workers, just its own. Those that
 * do not answer within a second, and those that are still starting, are missing.
 */
export async function collectFromWorkers(): Promise<readonly unknown[]> {
  if (!joined) return ownReports()
  const { promise, resolve } = Promise.withResolvers<readonly unknown[]>()
  const id = (lastId += 1)
  asked.set(id, resolve)
  const late = setTimeout(() => resolve(ownReports()), PRIMARY_MS)
  tellPrimary({ kind: 'collect', id })
  const reports = await promise
  clearTimeout(late)
  asked.delete(id)
  return reports
}

/** Makes this process one of the workers that are asked. For a process whose primary called `relayReports`. */
export function joinReports(): void {
  process.on('message', (received) => {
    const message = received as ToWorker
    if (message.kind === 'collected') asked.get(message.id)?.(message.reports)
    if (message.kind === 'report-wanted') tellPrimary({ kind: 'report', id: message.id, reports: ownReports() })
  })
  joined = true
  tellPrimary({ kind: 'joined' })
}

function ownReports(): readonly unknown[] {
  try {
    return ownReport === null ? [] : [ownReport()]
  } catch {
    return []
  }
}

/** The primary's side: asks all workers for their reports when one of them wants to know. */
export function relayReports(): void {
  const workers = new Set<Worker>()
  const open = new Map<number, Collection>()
  let last = 0
  const collect = async (id: number, asker: Worker): Promise<void> => {
    const own = (last += 1)
    const collection = new Collection(workers)
    open.set(own, collection)
    for (const worker of workers) tellWorker(worker, { kind: 'report-wanted', id: own })
    const reports = await collection.reports()
    open.delete(own)
    tellWorker(asker, { kind: 'collected', id, reports })
  }
  cluster.on('message', (worker, received) => {
    const message = received as ToPrimary
    if (message.kind === 'joined') workers.add(worker)
    if (message.kind === 'collect') void collect(message.id, worker)
    if (message.kind === 'report') open.get(message.id)?.take(worker, message.reports)
  })
  cluster.on('disconnect', (worker) => {
    workers.delete(worker)
    for (const collection of open.values()) collection.take(worker, [])
  })
}

/** One question to all workers. */
class Collection {
  readonly #missing: Set<Worker>
  readonly #reports: unknown[] = []
  readonly #complete = Promise.withResolvers<void>()

  constructor(workers: Iterable<Worker>) {
    this.#missing = new Set(workers)
  }

  /** What a worker said; what it says again, or too late, counts for nothing. */
  take(worker: Worker, reports: readonly unknown[]): void {
    if (!this.#missing.delete(worker)) return
    this.#reports.push(...reports)
    if (this.#missing.size === 0) this.#complete.resolve()
  }

  /** All that came, once everybody has answered or the time is up. */
  async reports(): Promise<readonly unknown[]> {
    const late = setTimeout(() => this.#complete.resolve(), REPORT_MS)
    await this.#complete.promise
    clearTimeout(late)
    return this.#reports
  }
}

// Who cannot be told has gone, and the other side notices by itself.
function tellPrimary(message: ToPrimary): void {
  process.send?.(message, undefined, undefined, () => undefined)
}

function tellWorker(worker: Worker, message: ToWorker): void {
  worker.send(message, () => undefined)
}
