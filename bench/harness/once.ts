import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { pinned } from './pinning.ts'
import type { SubjectProgram } from './subject.ts'

/** Runs a program to its end, alone on the subject's core, on what was built. @returns its last line, which is JSON */
export async function runOnce<Result>({ program, flags = [], environment = {} }: SubjectProgram): Promise<Result> {
  const [command, args] = pinned(process.execPath, [...flags, ...program])
  const env = { PATH: process.env['PATH'] ?? '', ...environment }
  const { stdout } = await promisify(execFile)(command, [...args], { env, maxBuffer: 1e8 })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result
}
