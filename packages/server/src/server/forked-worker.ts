import cluster, { type Worker } from 'node:cluster'
import { fileURLToPath } from 'node:url'
import { passLinesOn } from './pass-lines-on.ts'
import type { ToPrimary, ToWorker } from './worker-messages.ts'

// From source this is worker-process.ts, once built .js.
const FILE = import.meta.url.endsWith('.ts') ? './worker-process.ts' : './worker-process.js'
const PROCESS = fileURLToPath(new URL(FILE, import.meta.url))

/** How a worker ended. */
export interface Ending {
  readonly code: number | null
  readonly signal: string | null
  /** Why it could not start, if it could say. */
  readonly sentence: string | null
  /** How long it had listened; 0 if it never did. */
  readonly listenedMs: number
}

/** A worker as the primary process sees it. */
export interface ForkedWorker {
  /** Its place among the workers; who replaces it has the same. */
  readonly number: number
  readonly pid: number | undefined
  /** True once it listens, false if it ended before. */
  readonly listens: Promise<boolean>
  /** Settles when all that it said has arrived. */
  readonly ended: Promise<Ending>
  /** Asks it to finish what is under way, and to end. */
  stop(): void
  kill(): void
}

/**
 * Starts a worker.
 *
 * @param number its place among the workers, from 1
 * @param count how many there are
 * @param write takes its log, whole lines at a time
 */
export function forkWorker(number: number, count: number, write: (lines: string) => void): ForkedWorker {
  // Not round robin: there, a connection that was being handed to a worker when it died hangs for ever, and a worker that
  // is stopped is handed one. Here each takes its own from the one socket, and the system closes what a dead one had.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({
    exec: PROCESS,
    args: [String(number), String(count)],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const worker = cluster.fork()
  if (worker.process.stdout !== null) passLinesOn(worker.process.stdout, write)
  let listeningSince: number | null = null
  let sentence: string | null = null
  worker.on('listening', () => (listeningSince = performance.now()))
  worker.on('message', (received) => {
    const message = received as ToPrimary
    if (message.kind === 'refused') sentence = message.sentence
  })
  const ended = endOf(worker).then(({ code, signal }): Ending => {
    return { code, signal, sentence, listenedMs: listeningSince === null ? 0 : performance.now() - listeningSince }
  })
  const listens = new Promise<true>((resolve) => worker.once('listening', () => resolve(true)))
  return {
    number,
    pid: worker.process.pid,
    listens: Promise.race([listens, ended.then(() => false)]),
    ended,
    stop: () => worker.send({ kind: 'stop' } satisfies ToWorker, () => undefined),
    kill: () => void worker.process.kill('SIGKILL'),
  }
}

/** Waits for the process, its output and its channel to be closed, in whatever order. */
function endOf(worker: Worker): Promise<Pick<Ending, 'code' | 'signal'>> {
  return new Promise((resolve) => {
    worker.process.once('close', (code, signal) => resolve({ code, signal }))
    // A message to one that is just ending fails, unheard; a process that could not be started has no other end.
    worker.on('error', () => {
      if (worker.process.pid === undefined) resolve({ code: null, signal: null })
    })
  })
}
