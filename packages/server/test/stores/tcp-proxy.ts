import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'

/** What the proxy does with what a client sends, besides passing it on. */
export type Behaviour =
  | 'pass'
  /** Breaks the connection instead of passing it on. */
  | 'cut-before'
  /** Passes it on, and breaks the connection when the answer comes. */
  | 'cut-answer'
  /** Says nothing, and breaks nothing. */
  | 'swallow'

/** A proxy before a server, that can misbehave and counts turns. */
export interface TcpProxy {
  /** The URL of the server, by way of the proxy. */
  readonly url: string
  behaviour: Behaviour
  /** How often a client has spoken after the server had: the round trips. */
  turns: number
  close(): Promise<void>
}

export async function startProxy(serverUrl: string): Promise<TcpProxy> {
  const target = new URL(serverUrl)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    let cutNext = false
    let serverSpokeLast = true
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (data) => {
      if (serverSpokeLast) proxy.turns += 1
      serverSpokeLast = false
      if (proxy.behaviour === 'cut-before') client.destroy()
      else if (proxy.behaviour !== 'swallow') {
        cutNext = proxy.behaviour === 'cut-answer'
        upstream.write(data)
      }
    })
    upstream.on('data', (data) => {
      serverSpokeLast = true
      if (cutNext) client.destroy()
      else client.write(data)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(serverUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  const proxy: TcpProxy = {
    url: url.href,
    behaviour: 'pass',
    turns: 0,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return proxy
}
