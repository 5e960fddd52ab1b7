import { spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../../../../../tools/free-port.ts'
import { requirePgbouncer } from '../../../../../tools/pgbouncer.ts'
import { postgresUser } from '../../../../../tools/postgres-programs.ts'

/** A PgBouncer in transaction mode before one PostgreSQL. */
export interface Pgbouncer {
  readonly port: number
  stop(): Promise<void>
}

/** What drivers say at the start of a connection and PgBouncer refuses, unless told to overlook it. */
export const USUALLY_IGNORED =
  'extra_float_digits,options,statement_timeout,lock_timeout,idle_in_transaction_session_timeout'

/** @param ignored  names of start-up parameters that it overlooks, with commas between */
export async function startPgbouncer(serverUrl: string, ignored: string): Promise<Pgbouncer> {
  const program = requirePgbouncer()
  const server = new URL(serverUrl)
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-pgbouncer-'))
  const user = postgresUser()
  const at = `host=127.0.0.1 port=${server.port} user=${server.username} password=${server.password}`
  const settings = [
    `[databases]\n* = ${at}\n[pgbouncer]`,
    `listen_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =`,
    'auth_type = any\npool_mode = transaction\ndefault_pool_size = 20\nmax_client_conn = 200',
    `logfile = ${folder}/log`,
    ignored === '' ? '' : `ignore_startup_parameters = ${ignored}`,
  ]
  writeFileSync(join(folder, 'settings'), settings.join('\n'), { mode: 0o600 })
  chmodSync(folder, 0o700)
  if (user !== null) for (const path of [folder, join(folder, 'settings')]) chownSync(path, user.uid, user.gid)
  const child = spawn(program, ['-q', join(folder, 'settings')], { cwd: folder, stdio: 'ignore', ...user })
  const ended = once(child, 'exit').catch(() => null)
  process.on('exit', () => child.kill('SIGKILL'))
  const giveUp = performance.now() + 10_000
  while (!(await listens(port))) {
    if (child.exitCode !== null || performance.now() > giveUp) {
      child.kill('SIGKILL')
      throw new Error(`PgBouncer did not start:\n${readFileSync(join(folder, 'log'), 'utf8')}`)
    }
    await wait(20)
  }
  return {
    port,
    async stop() {
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
