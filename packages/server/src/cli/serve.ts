import { readConfig, type Config } from '../server/config.ts'
import type { RunningServer } from '../server/main.ts'
import { readOptions } from './read-options.ts'

/** Of one Ctrl-C, a process may get the terminal's SIGINT and another that npm passes on. */
const SAME_KEY_MS = 1_000

/** `coatcheck serve [--workers N]`: runs until SIGINT or SIGTERM; another SIGTERM, or SIGINT after a second, does not wait. */
export async function run(args: readonly string[]): Promise<void> {
  const { workers } = readOptions('serve', args, ['workers'])
  const config = readConfig(process.env)
  const starting = workers === undefined ? startOne(config) : startWorkers(config, workers)
  let stoppingSince: number | null = null
  const stop = (signal: NodeJS.Signals): void => {
    if (stoppingSince !== null) {
      if (signal !== 'SIGINT' || performance.now() - stoppingSince > SAME_KEY_MS) process.exit(1)
      return
    }
    stoppingSince = performance.now()
    // One that does not start says so below.
    const closed = starting.then(
      (server) => server.close(),
      () => undefined,
    )
    closed.catch((error: unknown) => {
      console.error(error)
      process.exit(1)
    })
  }
  // Before it listens: whoever is told that it does may ask it to stop in the same moment.
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  await starting
}

async function startOne(config: Config): Promise<RunningServer> {
  const { serve } = await import('../server/main.ts')
  return serve(config)
}

/** The process that looks after the workers loads nothing of what they do. */
async function startWorkers(config: Config, text: string): Promise<RunningServer> {
  const { readWorkerCount, serveByWorkers } = await import('../server/workers.ts')
  return serveByWorkers(config, readWorkerCount(text))
}
