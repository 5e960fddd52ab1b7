import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { findOnPath, installDebianPackage } from '../../tools/debian.ts'

const SCRIPT = path.join(import.meta.dirname, 'rotate.lua')
const POST_SCRIPT = path.join(import.meta.dirname, 'post.lua')
const CONNECTIONS = 64
/** Longer than any run: what is answered late is no error, but late. */
const PATIENT = ['--timeout', '60s']

/** What one run of the load generator saw. Latencies in milliseconds. */
export interface LoadResult {
  readonly requests: number
  readonly requestsPerSecond: number
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** Answers that were none, or not 2xx. */
  readonly errors: number
}

/** Installs Debian's wrk if need be. @throws Error a sentence with the command, where this process may not */
export function requireWrk(): void {
  if (findOnPath('wrk') === null) installDebianPackage('the load generator wrk', 'wrk')
}

/** Writes the Cookie headers that `load` takes in rotation into a file of `folder`, and returns its path. */
export function writeCookies(folder: string, name: string, cookies: readonly string[]): string {
  const file = path.join(folder, `${name}.cookies`)
  writeFileSync(file, `${cookies.join('\n')}\n`)
  return file
}

/** How hard to press. */
export interface Load {
  /** A file of `writeCookies`. */
  readonly cookies: string
  readonly seconds: number
  readonly connections?: number
  /** Whether to begin anywhere in the file, not with its first line. */
  readonly isBegunAnywhere?: boolean
  /** About so long between an answer and the next request on its connection: none, unless said. Not counted as latency. */
  readonly pauseMs?: number
}

/** Sends `GET url`, each request with the next line of `cookies`. */
export async function load(url: string, asked: Load): Promise<LoadResult> {
  const { cookies, seconds, connections, pauseMs, isBegunAnywhere } = asked
  const rate = ['-t1', `-c${connections ?? CONNECTIONS}`, `-d${seconds}s`, ...PATIENT]
  return wrk<LoadResult>([
    ...rate,
    '-s',
    SCRIPT,
    url,
    '--',
    cookies,
    String(pauseMs ?? 0),
    String(isBegunAnywhere ?? false),
  ])
}

/** What one run of POSTs came to. Latencies in milliseconds, of whatever was answered. */
export interface PostResult {
  /** Good answers, until the last of them. */
  readonly perSecond: number
  /** From the first request to the last good answer, 0 when there was none. */
  readonly answeredSeconds: number
  /** All of the run. */
  readonly seconds: number
  /** Good answers. */
  readonly ok: number
  /** Answers of 503: turned away, and told when to come again. */
  readonly busy: number
  /** Whatever else was answered, or was no answer. */
  readonly other: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/**
 * Sends `POST url`, each with the next of `bodies`, from 64 clients with an address each (X-Forwarded-For).
 *
 * @param bodies JSON, a line each in a file; `{n}` becomes a text that no other request has
 * @param salt what tells this run from others, for that text
 */
export async function post(
  url: string,
  { bodies, salt, seconds }: { readonly bodies: string; readonly salt: string; readonly seconds: number },
): Promise<PostResult> {
  const rate = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, ...PATIENT]
  return wrk<PostResult>([...rate, '-s', POST_SCRIPT, url, '--', bodies, salt])
}

async function wrk<Result>(args: readonly string[]): Promise<Result> {
  const { stdout } = await promisify(execFile)('wrk', [...args])
  const line = stdout.split('\n').find((text) => text.startsWith('{'))
  if (line === undefined) throw new Error(`wrk said nothing:\n${stdout}`)
  return JSON.parse(line) as Result
}
