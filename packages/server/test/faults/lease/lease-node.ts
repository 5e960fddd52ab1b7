import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../../../../../tools/free-port.ts'
import { HttpClient } from './http-client.ts'
import { WireProxy } from './wire-proxy.ts'

/** The package as it is; a mutant is a changed copy of it elsewhere. */
export const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url))

const START_MS = 60_000
const TAIL = 20_000

/** What a node is started with. */
export interface NodeOptions {
  readonly name: string
  /** Of the database, by its own port: the node reaches it through a proxy of its own. */
  readonly databaseUrl: string
  readonly environment: Readonly<Record<string, string>>
  /** Where the server's package is. */
  readonly root: string
  readonly requestTimeoutMs: number
}

/** All that we started and that runs: none outlives this process. */
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** One `coatcheck serve` in a process of its own, behind a proxy of its own to PostgreSQL. */
export class LeaseNode {
  readonly name: string
  readonly port: number
  readonly client: HttpClient
  readonly proxy: WireProxy
  readonly #options: NodeOptions
  #child: ChildProcess | null = null
  #output = ''

  private constructor(options: NodeOptions, port: number, proxy: WireProxy) {
    this.name = options.name
    this.port = port
    this.proxy = proxy
    this.client = new HttpClient(port, options.requestTimeoutMs)
    this.#options = options
  }

  /** Sets up port and proxy; `start` starts the process. */
  static async create(options: NodeOptions): Promise<LeaseNode> {
    const proxy = await WireProxy.start(Number(new URL(options.databaseUrl).port))
    return new LeaseNode(options, await freePort(), proxy)
  }

  get url(): string {
    return `http://localhost:${this.port}`
  }

  /** The end of what it has printed, audit events left out. */
  get output(): string {
    return this.#output
  }

  /** Starts the process and waits until it listens. @throws Error with what it printed, when it ends before */
  async start(): Promise<void> {
    const { root, environment, databaseUrl } = this.#options
    const database = new URL(databaseUrl)
    database.port = String(this.proxy.port)
    const env = { PATH: process.env['PATH'] ?? '', ...environment, COATCHECK_DATABASE: database.href }
    const args = ['--conditions=coatcheck-source', `${root}/src/cli/main.ts`, 'serve']
    const child = spawn(process.execPath, args, {
      env: { ...env, PORT: String(this.port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(child)
    child.on('exit', () => running.delete(child))
    this.#child = child
    this.#output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.#note(text))
    }
    const giveUp = performance.now() + START_MS
    while (!this.#output.includes('"listening"')) {
      if (child.exitCode !== null || child.signalCode !== null || performance.now() > giveUp) {
        await this.kill()
        throw new Error(`Node ${this.name} did not start: ${this.#output}`)
      }
      await wait(10)
    }
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  /** Ends process and proxy. By `kill -9`: nothing of it is needed any more. */
  async stop(): Promise<void> {
    this.client.close()
    await this.kill()
    await this.proxy.close()
  }

  #note(text: string): void {
    const lines = text.split('\n').filter((line) => !line.includes('"audit":'))
    this.#output = (this.#output + lines.join('\n')).slice(-TAIL)
  }
}
