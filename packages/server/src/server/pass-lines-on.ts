import type { Readable } from 'node:stream'

/**
 * Passes text on in whole lines, so that those of several processes never mix within one: a pipe that several write to
 * promises that for 4,096 bytes only. What has no end of its own, the last words of one that was killed, is given one.
 */
export function passLinesOn(from: Readable, write: (lines: string) => void): void {
  let rest = ''
  from.setEncoding('utf8').on('data', (chunk: string) => {
    const end = chunk.lastIndexOf('\n') + 1
    if (end > 0) write(rest + chunk.slice(0, end))
    rest = end > 0 ? chunk.slice(end) : rest + chunk
  })
  from.on('end', () => {
    if (rest !== '') write(`${rest}\n`)
  })
}
