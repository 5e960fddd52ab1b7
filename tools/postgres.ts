import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { guardFolder, processesIn } from './postgres-guard.ts'
import { type PostgresUser, postgresUser, requirePostgresPrograms } from './postgres-programs.ts'

/** A PostgreSQL of our own: its data in a temporary folder, on a free port of 127.0.0.1, without a Unix socket. */
export interface TestPostgres {
  /** URL of the database `postgres` as superuser; make databases of your own on it */
  readonly url: string
  readonly port: number
  /** of the postmaster; another one after `restart` */
  readonly pid: number
  /** Kills the postmaster and its backends (SIGKILL), and waits until they are gone. */
  crash(): Promise<void>
  /** Starts it again on the same data and port, after `crash`. */
  restart(): Promise<void>
  /** Stops it and removes its data. May be called twice. */
  stop(): Promise<void>
}

/** More of `postgresql.conf`, by name. */
export type PostgresSettings = Readonly<Record<string, string | number>>

/** How a server of our own is started. */
export interface PostgresOptions {
  readonly settings?: PostgresSettings
  /** The URL of another one, as superuser: this one becomes its streaming standby, by the application name `standby`. */
  readonly standbyOf?: string
}

const READY_MS = 60_000
const STOP_MS = 10_000

/** Our environment without what would redirect PostgreSQL's programs. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && name !== 'NODE_OPTIONS')
  return Object.fromEntries(kept)
}

function initialise(programs: string, folder: string, password: string, user: PostgresUser): void {
  fs.writeFileSync(`${folder}/password`, password, { mode: 0o600 })
  if (user !== null) for (const file of [folder, `${folder}/password`]) fs.chownSync(file, user.uid, user.gid)
  const args = ['-D', `${folder}/data`, '-U', 'postgres', '--encoding=UTF8', '--locale=C', '--no-sync']
  const auth = ['--auth=scram-sha-256', `--pwfile=${folder}/password`]
  const options = { cwd: folder, env: cleanEnvironment(), encoding: 'utf8', ...user } as const
  const result = spawnSync(`${programs}/initdb`, [...args, ...auth], options)
  if (result.status !== 0) throw new Error(`PostgreSQL's initdb failed:\n${result.stderr || String(result.error)}`)
}

async function ended(child: ChildProcess, withinMs: number): Promise<boolean> {
  const running = (): boolean => child.exitCode === null && child.signalCode === null
  if (running()) {
    const timer = new AbortController()
    const patience = sleep(withinMs, null, { signal: timer.signal }).catch(() => null)
    // An abandoned wait must not leave its listeners: this is asked again and again.
    const exit = once(child, 'exit', { signal: timer.signal }).catch(() => null)
    await Promise.race([exit, patience])
    timer.abort()
  }
  return !running()
}

/** Copies a running server, to start as its streaming standby under the name `standby`. */
function copyServer(programs: string, folder: string, primary: string, user: PostgresUser): void {
  const url = new URL(primary)
  url.pathname = ''
  url.searchParams.set('application_name', 'standby')
  if (user !== null) fs.chownSync(folder, user.uid, user.gid)
  const args = ['-D', `${folder}/data`, '-d', url.href, '--write-recovery-conf', '--checkpoint=fast', '--no-sync']
  const options = { cwd: folder, env: cleanEnvironment(), encoding: 'utf8', ...user } as const
  const result = spawnSync(`${programs}/pg_basebackup`, args, options)
  if (result.status !== 0) throw new Error(`pg_basebackup failed:\n${result.stderr || String(result.error)}`)
}

function isReady(folder: string, pid: number): boolean {
  const file = `${folder}/data/postmaster.pid`
  const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n') : []
  return lines[0] === String(pid) && /^(?:ready|standby)$/.test(lines[7]?.trim() ?? '')
}

async function launch(programs: string, folder: string, settings: PostgresSettings): Promise<ChildProcess> {
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = fs.openSync(`${folder}/log`, 'a', 0o600)
  // a group of its own: after a Ctrl-C the tests end first, then we stop it
  const child = spawn(`${programs}/postgres`, ['-D', `${folder}/data`, ...args], {
    cwd: folder,
    env: cleanEnvironment(),
    stdio: ['ignore', log, log],
    detached: true,
    ...postgresUser(),
  })
  fs.closeSync(log)
  child.on('error', () => {}) // it shows as an end
  const deadline = performance.now() + READY_MS
  while (!isReady(folder, child.pid ?? 0)) {
    if (child.pid !== undefined && !(await ended(child, 20)) && performance.now() < deadline) continue
    child.kill('SIGKILL')
    throw new Error(`PostgreSQL did not start:\n${fs.readFileSync(`${folder}/log`, 'utf8')}`)
  }
  child.unref()
  return child
}

/**
 * Starts a PostgreSQL with syncing as it comes, `max_connections=200`, and a random superuser's password.
 *
 * Whatever becomes of this process, the database is stopped and its data removed: a small guard waits for our end.
 *
 * @throws Error when PostgreSQL is missing and may not be installed, or when it does not start (with its log)
 */
export async function startPostgres({ settings = {}, standbyOf }: PostgresOptions = {}): Promise<TestPostgres> {
  const programs = requirePostgresPrograms()
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(tmpdir()), 'coatcheck-postgres-'))
  const guard = guardFolder(folder)
  const password = standbyOf === undefined ? randomBytes(18).toString('base64url') : new URL(standbyOf).password
  const onPort = (port: number): PostgresSettings => {
    return { max_connections: 200, ...settings, listen_addresses: '127.0.0.1', port, unix_socket_directories: '' }
  }

  const start = async (): Promise<{ child: ChildProcess; port: number }> => {
    if (standbyOf === undefined) initialise(programs, folder, password, postgresUser())
    else copyServer(programs, folder, standbyOf, postgresUser())
    const port = await freePort()
    return { child: await launch(programs, folder, onPort(port)), port }
  }
  const running = await start().catch(async (error: unknown) => {
    await ended(guard.end(), STOP_MS)
    throw error
  })
  const { port } = running

  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    port,
    get pid() {
      return running.child.pid ?? 0
    },
    async crash() {
      running.child.kill('SIGKILL')
      await ended(running.child, STOP_MS)
      for (let left = processesIn(`${folder}/data`); left.length > 0; left = processesIn(`${folder}/data`)) {
        for (const pid of left) kill(pid)
        await sleep(5)
      }
    },
    async restart() {
      running.child = await launch(programs, folder, onPort(port))
    },
    async stop() {
      running.child.ref()
      running.child.kill('SIGINT')
      if (!(await ended(running.child, STOP_MS))) running.child.kill('SIGKILL')
      await ended(running.child, STOP_MS)
      await ended(guard.end(), STOP_MS)
    },
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it has ended meanwhile
  }
}
