import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findOnPath, installDebianPackage } from '../../tools/debian.ts'
import { freePort } from '../../tools/free-port.ts'

const READY_MS = 10_000

/** A Redis of our own, in memory alone. */
export interface BenchRedis {
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts Debian's Redis on a free port. It keeps nothing on disk: that is how it is fastest, and what sessions in it survive is
 * not measured here.
 *
 * @throws Error one sentence with the command that installs it, where this process may not
 */
export async function startRedis(folder: string): Promise<BenchRedis> {
  if (findOnPath('redis-server') === null) installDebianPackage('Redis', 'redis-server')
  const port = await freePort()
  const directory = path.join(folder, 'redis')
  mkdirSync(directory)
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  // Whatever becomes of this process, it does not stay behind.
  const guarded = ['--pdeathsig', 'SIGTERM', 'redis-server', ...settings, '--dir', directory]
  const child = spawn('setpriv', guarded, { stdio: 'ignore' })
  const ended = once(child, 'exit')
  await listens(port)
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function listens(port: number): Promise<void> {
  const deadline = performance.now() + READY_MS
  while (performance.now() < deadline) {
    const socket = connect(port, '127.0.0.1')
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (connected) return
    await sleep(20)
  }
  throw new Error('Redis did not start.')
}
