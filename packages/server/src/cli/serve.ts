import { readConfig } from '../server/config.ts'
import { serve } from '../server/main.ts'
import { readOptions } from './read-options.ts'

/** `coatcheck serve`: runs until SIGINT or SIGTERM; a second one does not wait. */
export async function run(args: readonly string[]): Promise<void> {
  readOptions('serve', args, [])
  const server = await serve(readConfig(process.env))
  let stopping = false
  const stop = (): void => {
    if (stopping) process.exit(1)
    stopping = true
    server.close().catch((error: unknown) => {
      console.error(error)
      process.exit(1)
    })
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}
