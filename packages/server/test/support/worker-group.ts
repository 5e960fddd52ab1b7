import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, request, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { startServer, type ServerProcess } from './server-process.ts'

const UNTIL_MS = 20_000

/** One line of the log, as far as tests look at it. */
export interface LogLine {
  readonly msg: string
  readonly pid: number
  readonly worker?: number
  readonly workerPid?: number
  readonly sentence?: string | null
  readonly retryInMs?: number
}

/** A worker that has listened. */
export interface SeenWorker {
  readonly worker: number
  readonly pid: number
}

/** A server of several processes. */
export interface WorkerGroup {
  readonly server: ServerProcess
  readonly log: () => readonly LogLine[]
  /** Those that have ever listened, in that order. */
  readonly seen: () => readonly SeenWorker[]
  /** Waits until the log is as it should be. */
  until(holds: () => boolean): Promise<void>
}

/** Starts `coatcheck serve --workers <count>`, and waits until all listen. */
export async function startGroup(environment: Readonly<Record<string, string>>, count: number): Promise<WorkerGroup> {
  const server = await startServer(environment, undefined, ['--workers', String(count)])
  const log = (): readonly LogLine[] => {
    const whole = server.output().slice(0, server.output().lastIndexOf('\n') + 1)
    return whole
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as LogLine)
  }
  const group: WorkerGroup = {
    server,
    log,
    seen: () =>
      log().flatMap(({ msg, worker, pid }) =>
        msg === 'worker listening' && worker !== undefined ? [{ worker, pid }] : [],
      ),
    async until(holds) {
      const late = performance.now() + UNTIL_MS
      while (!holds()) {
        if (performance.now() > late) throw new Error(`The log never said so: ${server.output()}`)
        await sleep(10)
      }
    },
  }
  // What they say may come a little later than the news that they listen.
  await group.until(() => group.seen().length >= count)
  return group
}

/** Whether a process still runs. One that has ended, and that nobody has asked about yet, does not. */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** Waits for processes that nobody else waits for. */
export async function untilGone(pids: readonly number[]): Promise<void> {
  const late = performance.now() + UNTIL_MS
  while (pids.some(runs)) {
    if (performance.now() > late) throw new Error(`Still there: ${pids.filter(runs).join(', ')}`)
    await sleep(10)
  }
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly cookie: string
}

/** No answer within this is a connection that hangs. */
const PATIENCE_MS = 5_000

/** Asks on a connection of its own, so that any worker may be the one that answers. Rejects when the connection breaks. */
export async function ask(
  server: ServerProcess,
  method: string,
  path: string,
  { cookie = '', body }: { readonly cookie?: string; readonly body?: object } = {},
): Promise<Answer> {
  const headers = {
    ...(cookie === '' ? {} : { cookie }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const agent = new Agent({ keepAlive: false })
  const sent = request({ host: '127.0.0.1', port: server.port, method, path, headers, agent })
  sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error('There was no answer.')))
  sent.end(body === undefined ? undefined : JSON.stringify(body))
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk)
  return {
    status: response.statusCode ?? 0,
    body: text,
    cookie: response.headers['set-cookie']?.[0]?.split(';')[0] ?? '',
  }
}
