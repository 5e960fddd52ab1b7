import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { DelayedPipe } from './delayed-pipe.ts'
import { lineOf, type Line } from './startup-packet.ts'

/**
 * What becomes of the connections of one kind. `cut`: broken, and refused. `hold`: nothing passes, and nothing is lost:
 * when the hold ends it all arrives late, as after a partition of the network. `swallow`: nothing passes, and at the end
 * the connections are broken.
 */
export type Mode = 'pass' | 'cut' | 'hold' | 'swallow'

interface Connection {
  readonly client: Socket
  readonly line: Line
  upstream: Socket | null
  readonly toServer: DelayedPipe
  readonly toClient: DelayedPipe
}

/** Stands between one node and PostgreSQL, tells its feed from its pool, and does to each what the test wants. */
export class WireProxy {
  readonly #server = createServer((client) => this.#accept(client))
  readonly #connections = new Set<Connection>()
  readonly #pending = new Set<Socket>()
  readonly #modes: Record<Line, Mode> = { feed: 'pass', pool: 'pass' }
  readonly #delays: Record<Line, () => number> = { feed: () => 0, pool: () => 0 }
  readonly #targets: Record<Line, number>

  private constructor(target: number) {
    this.#targets = { feed: target, pool: target }
  }

  /** @param target  port of the PostgreSQL on 127.0.0.1 */
  static async start(target: number): Promise<WireProxy> {
    const proxy = new WireProxy(target)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  set(mode: Mode, lines: readonly Line[] = ['feed', 'pool']): void {
    for (const line of lines) {
      const before = this.#modes[line]
      this.#modes[line] = mode
      for (const connection of this.#connections) {
        if (connection.line !== line) continue
        if (mode === 'cut' || (before === 'swallow' && mode !== 'swallow')) connection.client.destroy()
        else this.#apply(connection)
      }
    }
  }

  /** Delays what the server says, in milliseconds drawn anew for each piece; the order stays. */
  delay(line: Line, ms: () => number): void {
    this.#delays[line] = ms
  }

  /** Points to another PostgreSQL, and breaks the connections to the one before. */
  switchTo(target: number, lines: readonly Line[] = ['feed', 'pool']): void {
    for (const line of lines) this.#targets[line] = target
    for (const { client, line } of this.#connections) if (lines.includes(line)) client.destroy()
  }

  async close(): Promise<void> {
    for (const { client } of this.#connections) client.destroy()
    for (const client of this.#pending) client.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(client: Socket): void {
    let begun = Buffer.alloc(0)
    client.setNoDelay(true)
    client.on('error', () => {})
    client.on('close', () => this.#pending.delete(client))
    this.#pending.add(client)
    const listen = (data: Buffer): void => {
      begun = Buffer.concat([begun, data])
      const line = lineOf(begun)
      if (line === null) return
      client.off('data', listen)
      this.#pending.delete(client)
      if (this.#modes[line] === 'cut') client.destroy()
      else this.#connect(client, line, begun)
    }
    client.on('data', listen)
  }

  #connect(client: Socket, line: Line, begun: Buffer): void {
    const connection: Connection = {
      client,
      line,
      upstream: null,
      toServer: new DelayedPipe(() => 0),
      toClient: new DelayedPipe(() => this.#delays[line]()),
    }
    this.#connections.add(connection)
    connection.toServer.push(begun)
    client.on('data', (data) => connection.toServer.push(data))
    client.on('close', () => {
      this.#connections.delete(connection)
      connection.upstream?.destroy()
      connection.toServer.end()
      connection.toClient.end()
    })
    this.#apply(connection)
  }

  #apply(connection: Connection): void {
    const mode = this.#modes[connection.line]
    const { toServer, toClient, client } = connection
    if (mode === 'swallow') for (const pipe of [toServer, toClient]) pipe.swallow()
    else if (mode === 'hold') for (const pipe of [toServer, toClient]) pipe.hold()
    else {
      connection.upstream ??= this.#open(connection)
      toServer.release(connection.upstream)
      toClient.release(client)
    }
  }

  #open({ client, line, toClient }: Connection): Socket {
    const upstream = connect(this.#targets[line], '127.0.0.1')
    upstream.setNoDelay(true)
    upstream.on('error', () => {})
    upstream.on('data', (data) => toClient.push(data))
    upstream.on('close', () => toClient.whenEmpty(() => client.destroy()))
    return upstream
  }
}
