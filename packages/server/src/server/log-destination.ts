import sonicBoom from 'sonic-boom'

/** A log that nobody reads may hold this much; what comes after is lost, rather than the server. */
const BUFFER_BYTES = 16_777_216
/** How long the last lines may take to be written. */
const FLUSH_MS = 500

/** The standard output as a log, for a process that goes on when its reader has stalled or gone. */
export interface LogDestination {
  readonly stream: sonicBoom.SonicBoom
  /** Writes what is left, but waits for no reader. */
  close(): Promise<void>
}

/** Opens the standard output as a log: not by `pino.destination`, which insists on the last lines as the process exits. */
export function openLogDestination(): LogDestination {
  let closing = false
  // By itself it would try again for ever, at the end of the process too.
  const stream = new sonicBoom.SonicBoom({
    fd: process.stdout.fd,
    sync: false,
    maxLength: BUFFER_BYTES,
    retryEAGAIN: () => !closing,
  })
  // What cannot be told to the log cannot be told.
  stream.on('error', () => undefined)
  return {
    stream,
    async close() {
      const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()))
      // Not `destroy`: under a write it leaves the stream writing nothing, over and over, and the process never ends.
      stream.end()
      await Promise.race([closed, new Promise<void>((resolve) => void setTimeout(resolve, FLUSH_MS))])
      closing = true
    },
  }
}
