/** A line to a browser that speaks WebDriver BiDi. Node's own WebSocket is all it takes. */
export interface Bidi {
  /** @throws Error with what the browser has against it */
  send(method: string, params?: object): Promise<Readonly<Record<string, unknown>>>
  close(): void
}

interface Reply {
  readonly id?: number | null
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: string
  readonly message?: string
}

/** Opens the line. @see W3C WebDriver BiDi, section 3 */
export async function connectBidi(address: string): Promise<Bidi> {
  const socket = new WebSocket(address)
  const waiting = new Map<number, PromiseWithResolvers<Readonly<Record<string, unknown>>>>()
  let last = 0
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', () => reject(new Error(`Nothing speaks BiDi at ${address}.`)))
  })
  socket.addEventListener('message', ({ data }) => {
    const reply = JSON.parse(String(data)) as Reply
    const asked = waiting.get(reply.id ?? -1)
    if (asked === undefined) return
    waiting.delete(reply.id ?? -1)
    if (reply.result === undefined) asked.reject(new Error(`${reply.error}: ${reply.message}`))
    else asked.resolve(reply.result)
  })
  socket.addEventListener('close', () => {
    for (const asked of waiting.values()) asked.reject(new Error('The browser hung up.'))
    waiting.clear()
  })
  return {
    send(method, params = {}) {
      const asked = Promise.withResolvers<Readonly<Record<string, unknown>>>()
      waiting.set((last += 1), asked)
      socket.send(JSON.stringify({ id: last, method, params }))
      return asked.promise
    },
    close: () => socket.close(),
  }
}
