import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'
import { freePort } from '../../../../tools/free-port.ts'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/** More than a server takes to finish what is under way: one that takes longer hangs. */
const STOP_MS = 30_000

/** A real server in a process of its own. */
export interface ServerProcess {
  readonly url: string
  readonly port: number
  readonly process: ChildProcess
  /** What it has printed so far. */
  output(): string
  /** Sends a signal, and waits for the end. Returns the exit code, null for one that was killed. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts `coatcheck serve` on a free port, and waits until it listens. @throws Error with what it printed if it ends first */
export async function startServer(
  environment: Readonly<Record<string, string>>,
  main = MAIN,
  flags: readonly string[] = [],
): Promise<ServerProcess> {
  const port = Number(environment['PORT'] ?? (await freePort()))
  const child = run(main, ['serve', ...flags], { PORT: String(port), ...environment })
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  const ended = once(child, 'exit')
  while (!output.includes('"listening"')) {
    const early = await Promise.race([ended, new Promise<null>((resolve) => setTimeout(resolve, 10, null))])
    if (early !== null) throw new Error(`The server ended before it listened: ${output}`)
  }
  return {
    url: `http://localhost:${port}`,
    port,
    process: child,
    output: () => output,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      const hung = setTimeout(() => {
        output += `\n(did not end within ${STOP_MS / 1_000} s of ${signal}, and was killed)`
        child.kill('SIGKILL')
      }, STOP_MS)
      const [code] = (await ended) as [number | null]
      clearTimeout(hung)
      if (code === null && signal !== 'SIGKILL') throw new Error(`The server was killed: ${output.slice(-2_000)}`)
      return code
    },
  }
}

/** Runs the command line to its end. */
export async function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  main = MAIN,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = run(main, args, environment)
  const ended = once(child, 'exit')
  const [stdout, stderr] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
  ])
  const [code] = (await ended) as [number | null]
  return { code, stdout, stderr }
}

/** The environment holds nothing of the tests' own, but what a child needs to run. */
function run(main: string, args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  const env = { PATH: process.env['PATH'] ?? '', ...environment }
  return spawn(process.execPath, ['--conditions=coatcheck-source', main, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Sends bytes as they are, and returns all that comes back until the server closes or `quietMs` pass without a byte. */
export async function sendRaw(port: number, request: string | Buffer, quietMs = 1_000): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk))
  socket.on('error', () => undefined)
  socket.setTimeout(quietMs, () => socket.destroy())
  socket.write(request)
  // Not `once`: a reset is an end like any other here.
  await new Promise<void>((resolve) => socket.on('close', () => resolve()))
  return answer
}
