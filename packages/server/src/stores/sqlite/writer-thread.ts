/** The thread that writes: nothing but the writer's connection lives here, so that a slow disk stalls nobody else. */
import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { ConfigurationError } from '../../core/errors.ts'
import { commitTogether } from './group-commit.ts'
import { PreparedStatements } from './prepared-statements.ts'
import { openWriter } from './sqlite-connection.ts'
import type { FromWriter, ToWriter, WriterSettings } from './writer-messages.ts'

if (!parentPort) throw new Error('writer-thread.ts runs as a worker only')
const port = parentPort
const settings = workerData as WriterSettings

try {
  serve(openWriter(settings.path, settings.lockWaitMs))
  answer({ kind: 'ready' })
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error)
  answer({ kind: 'refused', misconfigured: error instanceof ConfigurationError, reason })
}

function serve(database: DatabaseSync): void {
  const prepared = new PreparedStatements(database)
  port.on('message', (message: ToWriter) => {
    if (message.kind === 'units') {
      answer({ kind: 'answers', answers: commitTogether(database, prepared, message.units) })
      return
    }
    foldLogIntoFile(database)
    database.close()
    port.close()
  })
}

function foldLogIntoFile(database: DatabaseSync): void {
  try {
    database.exec('pragma wal_checkpoint(truncate)')
  } catch {
    // The log stays, and the next start reads it: nothing is lost by not emptying it now.
  }
}

function answer(message: FromWriter): void {
  port.postMessage(message)
}
