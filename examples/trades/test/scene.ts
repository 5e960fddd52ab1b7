import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '../../../tools/free-port.ts'

const folder = path.resolve(import.meta.dirname, '..')
const patienceMs = 20_000
const atExit: (() => void)[] = []
process.once('exit', () => atExit.toReversed().forEach((clean) => clean()))

/** A program of this example at work, with data of its own. */
export interface Running {
  readonly process: ChildProcess
  readonly port: number
  readonly webPort: number
  readonly apiUrl: string
  readonly webUrl: string
  readonly dataFolder: string
  /** From being started to saying that it is ready. */
  readonly readyMs: number
  /** Everything it has printed. */
  output(): string
  /** Sends a signal, and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** What a program said and how it ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A new folder that is removed when the process ends. */
export function temporaryFolder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'trades-'))
  atExit.push(() => rmSync(made, { recursive: true, force: true }))
  return made
}

/** Runs a program of the example to its end. */
export async function runToEnd(
  file: string,
  environment: Readonly<Record<string, string>>,
  ids: { readonly uid?: number; readonly gid?: number } = {},
): Promise<Ended> {
  const child = launch(file, environment, ids)
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}

/**
 * Starts a program of the example and waits until it says that it is ready.
 *
 * @param file  `start.ts`, or `api/src/main.ts` for the API alone
 */
export async function start(
  file: 'start.ts' | 'api/src/main.ts',
  settings: Partial<Pick<Running, 'port' | 'webPort' | 'dataFolder'>> & { readonly sessionSeconds?: number } = {},
): Promise<Running> {
  const port = settings.port ?? (await freePort())
  const webPort = settings.webPort ?? (await freePort())
  const dataFolder = settings.dataFolder ?? temporaryFolder()
  const began = performance.now()
  const child = launch(file, {
    PORT: String(port),
    WEB_PORT: String(webPort),
    DATA_FOLDER: dataFolder,
    SESSION_SECONDS: String(settings.sessionSeconds ?? 3600),
  })
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const fail = (): void => reject(new Error(`${file} did not start:\n${output}`))
    const timer = setTimeout(fail, patienceMs)
    child.once('close', fail)
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString()
        if (!/Ctrl-C stops both|listens on/.test(output)) return
        clearTimeout(timer)
        resolve()
      })
    }
  })
  return {
    process: child,
    port,
    webPort,
    apiUrl: `http://localhost:${port}`,
    webUrl: `http://localhost:${webPort}`,
    dataFolder,
    readyMs: performance.now() - began,
    output: () => output,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal)
        await once(child, 'close')
      }
      return child.exitCode
    },
  }
}

function launch(file: string, environment: Readonly<Record<string, string>>, ids: object = {}): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=coatcheck-source', path.join(folder, file)], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...ids,
  })
  atExit.push(() => void child.kill('SIGKILL'))
  return child
}
