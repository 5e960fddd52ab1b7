import type { Socket } from 'node:net'

const LOOK_MS = 15_000
/** So many looks in a row at which a client had taken nothing of what is written for it. */
const LOOKS = 3

/**
 * Lets go of clients that ask and take no answer, after 45 to 60 seconds. Node's own timeouts are for those who are slow to ask; and
 * what such a client goes on sending would count as a sign of life.
 *
 * @param sockets the connections that are open
 * @returns a function that ends it
 */
export function letGoOfIdleTakers(sockets: ReadonlySet<Socket>): () => void {
  const seen = new WeakMap<Socket, { readonly waiting: number; readonly looks: number }>()
  const look = (socket: Socket): void => {
    const waiting = socket.writableLength
    const before = seen.get(socket)
    const looks = waiting > 0 && before?.waiting === waiting ? before.looks + 1 : 0
    seen.set(socket, { waiting, looks })
    if (looks >= LOOKS) socket.destroy()
  }
  const timer = setInterval(() => sockets.forEach(look), LOOK_MS).unref()
  return () => clearInterval(timer)
}
