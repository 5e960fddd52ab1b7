import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findOnPath, installDebianPackage } from '../../../../../tools/debian.ts'

const PATIENCE_MS = 15_000

/** Where a proxy listens, what it stands in front of, and what it is told besides. */
export interface ProxySetting {
  readonly folder: string
  readonly port: number
  /** The port of the server behind it, by http. */
  readonly backend: number
  /** A file with a certificate and its key; without one it speaks http. */
  readonly certificate: string | null
  /** Lines of its own language. */
  readonly lines: string
  /** Lines for nginx's `http` block. */
  readonly around?: string
}

/** A real proxy at work. */
export interface Proxy {
  stop(): Promise<void>
}

/** Starts nginx; `lines` go into its one location. */
export async function startNginx({ folder, port, backend, certificate, lines, around }: ProxySetting): Promise<Proxy> {
  const program = require('nginx', 'nginx-light')
  const secure = certificate === null ? '' : `ssl_certificate ${certificate}; ssl_certificate_key ${certificate};`
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const paths = temporary.map((name) => `${name}_temp_path ${join(folder, name)};`).join(' ')
  const file = join(folder, 'nginx.conf')
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  writeFileSync(
    file,
    `${user} worker_processes 1; daemon off; pid ${join(folder, 'nginx.pid')}; error_log stderr;
     events {}
     http {
       access_log off; ${paths} ${around ?? ''}
       server {
         listen 127.0.0.1:${port}${certificate === null ? '' : ' ssl'}; ${secure}
         location / {
           proxy_pass http://127.0.0.1:${backend};
           proxy_set_header Host $http_host;
           proxy_set_header X-Forwarded-For $remote_addr;
           proxy_set_header X-Forwarded-Proto $scheme;
           ${lines}
         }
       }
     }`,
  )
  return up(spawn(program, ['-e', 'stderr', '-p', folder, '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] }), port)
}

/** Starts HAProxy; `lines` go into its one front end. */
export async function startHaproxy({ folder, port, backend, certificate, lines }: ProxySetting): Promise<Proxy> {
  const program = require('haproxy', 'haproxy')
  const file = join(folder, 'haproxy.cfg')
  writeFileSync(
    file,
    `defaults
  mode http
  timeout client 10s
  timeout connect 10s
  timeout server 10s
frontend all
  bind 127.0.0.1:${port}${certificate === null ? '' : ` ssl crt ${certificate}`}
  option forwardfor
  ${lines}
  default_backend api
backend api
  server one 127.0.0.1:${backend}
`,
  )
  return up(spawn(program, ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] }), port)
}

/** Starts Caddy; `lines` go into its site, and must hold a `reverse_proxy` where there is to be one. */
export async function startCaddy({ folder, port, certificate, lines }: ProxySetting): Promise<Proxy> {
  const program = require('caddy', 'caddy')
  const file = join(folder, 'Caddyfile')
  const site = certificate === null ? `http://localhost:${port}` : `https://localhost:${port}`
  const tls = certificate === null ? '' : `tls ${certificate} ${certificate}`
  writeFileSync(
    file,
    `{\n  admin off\n  auto_https off\n  storage file_system ${join(folder, 'caddy')}\n}
${site} {\n  bind 127.0.0.1\n  ${tls}\n  ${lines}\n}\n`,
  )
  const home = join(folder, 'home')
  mkdirSync(home, { recursive: true })
  const env = { PATH: process.env['PATH'], HOME: home }
  const child = spawn(program, ['run', '--adapter', 'caddyfile', '--config', file], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return up(child, port)
}

/** The path of a proxy, installed now if need be. @throws Error one sentence with the command that installs it */
function require(name: string, debian: string): string {
  const find = (): string | null => findOnPath(name) ?? (existsSync(`/usr/sbin/${name}`) ? `/usr/sbin/${name}` : null)
  const found = find()
  if (found !== null) return found
  installDebianPackage(name, debian)
  const installed = find()
  if (installed === null) throw new Error(`${name} was installed, but was not found.`)
  return installed
}

async function up(child: ChildProcess, port: number): Promise<Proxy> {
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async (): Promise<void> => {
    process.off('exit', kill)
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const force = setTimeout(kill, 5_000)
    await ended
    clearTimeout(force)
  }
  const deadline = performance.now() + PATIENCE_MS
  while (!(await listens(port))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop()
      throw new Error(`The proxy does not listen: ${said}`)
    }
    await sleep(20)
  }
  return { stop }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
