import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../tools/free-port.ts'
import { pinned } from './pinning.ts'

const READY_MS = 30_000
const STOP_MS = 15_000

/** What a server under test is started as. */
export interface SubjectProgram {
  readonly name: string
  /** A file that Node runs, with its arguments. */
  readonly program: readonly string[]
  /** Flags for Node. */
  readonly flags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** 2: it may use the load's core too. One, unless said. */
  readonly cores?: 1 | 2
}

/** A server under test, listening, alone on the subject's core. */
export interface Subject {
  readonly name: string
  readonly pid: number
  readonly port: number
  /** What it has printed so far. */
  output(): string
  stop(): Promise<void>
}

/**
 * Starts a server on a free port, given as PORT, and waits until it answers.
 *
 * It runs as a user's would: on what was built, without the conditions by which the house reads its own sources.
 *
 * @param folder where its output goes: to a file, as under a service manager, not to a pipe that somebody must empty
 */
export async function startSubject(subject: SubjectProgram, folder: string): Promise<Subject> {
  const port = await freePort()
  const file = path.join(folder, `${subject.name.replaceAll(/\W+/g, '-')}-${port}.log`)
  const log = openSync(file, 'a')
  const [program, args] = pinned(process.execPath, [...(subject.flags ?? []), ...subject.program], subject.cores)
  const environment = { PATH: process.env['PATH'] ?? '', PORT: String(port), ...subject.environment }
  const child = spawn(program, args, { cwd: folder, env: environment, stdio: ['ignore', log, log] })
  closeSync(log)
  const output = (): string => readFileSync(file, 'utf8')
  await answers(subject.name, child, port, output)
  return {
    name: subject.name,
    pid: child.pid ?? 0,
    port,
    output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const hung = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(hung)
    },
  }
}

async function answers(name: string, child: ChildProcess, port: number, output: () => string): Promise<void> {
  const deadline = performance.now() + READY_MS
  while (performance.now() < deadline && child.exitCode === null) {
    const response = await fetch(`http://127.0.0.1:${port}/v1/session`).catch(() => null)
    await response?.arrayBuffer()
    if (response?.ok === true) return
    await sleep(20)
  }
  child.kill('SIGKILL')
  throw new Error(`${name} did not start:\n${output()}`)
}
