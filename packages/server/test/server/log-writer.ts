// Writes more than a pipe holds, and closes the log while the first of it is being written.
import { openLogDestination } from '../../src/server/log-destination.ts'

const destination = openLogDestination()
for (let line = 0; line < Number(process.argv[2]); line += 1) destination.stream.write(`${'x'.repeat(399)}\n`)
await destination.close()
