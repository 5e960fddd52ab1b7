import path from 'node:path'
import { run } from 'node:test'
import { FileTally, type FileResult, type RunEvent } from './tally.ts'

/** How a test file is run. */
export interface RunFileOptions {
  readonly root: string
  readonly env: NodeJS.ProcessEnv
  readonly timeoutMs: number
  readonly colors: boolean
  /** ends the file early: the user wants to stop */
  readonly signal: AbortSignal
}

/** What one file did, how long it took, and what it printed. */
export interface FileRun extends FileResult {
  readonly file: string
  readonly durationMs: number
  readonly output: string
}

/**
 * Runs one test file in a process of its own, and counts its tests.
 *
 * Fails what `node:test` alone lets pass: a file without tests, a file that ends before its tests do, and one that
 * never ends.
 */
export async function runFile(file: string, options: RunFileOptions): Promise<FileRun> {
  const { root, env, timeoutMs, colors, signal } = options
  const started = performance.now()
  const tally = new FileTally((name) => path.resolve(root, name) === file, colors)
  const timeout = AbortSignal.timeout(Math.min(timeoutMs, 2 ** 31 - 1))
  const settings = {
    files: [file],
    cwd: root,
    concurrency: 1,
    isolation: 'process' as const,
    execArgv: ['--conditions=coatcheck-source'],
    signal: AbortSignal.any([timeout, signal]),
    env, // known to Node from 24.14 on; before that, the tests see our own
  }
  let output = ''
  for await (const event of run(settings) as AsyncIterable<RunEvent>) {
    if (event.type === 'test:stdout' || event.type === 'test:stderr') output += event.data.message ?? ''
    else if (!isAbortion(event)) tally.add(event)
  }
  if (signal.aborted) tally.fail('the file itself', 'was stopped before its end')
  else if (timeout.aborted) tally.fail('the file itself', `was stopped after ${timeoutMs / 60_000} minutes`)
  else if (!tally.reported && tally.result.failed === 0) {
    tally.fail('the file itself', 'has no tests, or ended its process before they did')
  }
  return { ...tally.result, file, durationMs: performance.now() - started, output }
}

function isAbortion({ data }: RunEvent): boolean {
  const error = data.details?.error
  return error instanceof Error && 'failureType' in error && error.failureType === 'testAborted'
}
