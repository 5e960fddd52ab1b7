import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { pinned } from './pinning.ts'
import type { SubjectProgram } from './subject.ts'

function environmentOf({ environment = {} }: SubjectProgram): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '', ...environment }
}

/** Runs a program to its end, alone on the subject's core, on what was built. @returns its last line, which is JSON */
export async function runOnce<Result>(subject: SubjectProgram): Promise<Result> {
  const [command, args] = pinned(process.execPath, [...(subject.flags ?? []), ...subject.program])
  return run<Result>(command, args, environmentOf(subject))
}

/** As `runOnce`, but beside the load: on the other core. */
export function runBeside<Result>(subject: SubjectProgram): Promise<Result> {
  return run<Result>(process.execPath, [...(subject.flags ?? []), ...subject.program], environmentOf(subject))
}

async function run<Result>(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Result> {
  const { stdout } = await promisify(execFile)(command, [...args], { env, maxBuffer: 1e9 })
  return lastLine(stdout.trim().split('\n')) as Result
}

/** Runs a program that says READY in between, alone on the subject's core. @returns once it did; `result` at its end */
export async function runUntilReady<Result>(subject: SubjectProgram): Promise<{ readonly result: Promise<Result> }> {
  const [command, args] = pinned(process.execPath, [...(subject.flags ?? []), ...subject.program])
  const child = spawn(command, args, { env: environmentOf(subject), stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  const ready = new Promise<void>((resolve, reject) => {
    reader.on('line', (line) => {
      lines.push(line)
      if (line === 'READY') resolve()
    })
    child.once('exit', (code) => reject(new Error(`${subject.name} ended early, with ${code}.`)))
  })
  const result = once(reader, 'close').then(() => lastLine(lines) as Result)
  await ready
  return { result }
}

function lastLine(lines: readonly string[]): unknown {
  return JSON.parse(lines.at(-1) ?? '')
}
