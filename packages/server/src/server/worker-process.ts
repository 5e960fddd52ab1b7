/**
 * One worker of `coatcheck serve --workers N`: a process that serves, told to stop by the primary process that started it.
 * Its arguments are its number, and how many there are.
 */
import { ConfigurationError, StoreUnavailable } from '../core/errors.ts'
import { readConfig } from './config.ts'
import { serve, type RunningServer } from './main.ts'
import type { ToPrimary, ToWorker } from './worker-messages.ts'
import { joinReports } from './worker-reports.ts'

const [number = 1, count = 1] = process.argv.slice(2).map(Number)
const starting = start()
let stopping = false

// Ctrl-C reaches the whole group: the primary process hears it too, and tells us.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', stop)
process.on('message', (message) => {
  if ((message as ToWorker).kind === 'stop') stop()
})

try {
  await starting
  joinReports()
} catch (error) {
  refuse(error)
}

async function start(): Promise<RunningServer> {
  const config = readConfig(process.env)
  // The others start when the first one listens: no two migrate at a time.
  const migrate = number === 1 && config.options.migrate === true
  return serve({ ...config, options: { ...config.options, migrate, processes: count } }, number)
}

/** Drains, and ends. What sends SIGTERM to a whole service tells us twice. */
function stop(): void {
  if (stopping) return
  stopping = true
  starting
    .then((server) => server.close())
    .then(
      () => process.exit(0),
      (error: unknown) => refuse(error),
    )
}

/** What the user can mend is one sentence, for the primary process to say once; what they cannot is shown whole. */
function refuse(error: unknown): void {
  if (!(error instanceof ConfigurationError || error instanceof StoreUnavailable)) {
    console.error(error)
    process.exit(1)
  }
  const message: ToPrimary = { kind: 'refused', sentence: error.message }
  process.send?.(message, undefined, undefined, () => process.exit(1))
}
