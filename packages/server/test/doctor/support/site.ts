import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cause, Observations } from '@coatcheck/client/doctor'
import { freePort } from '../../../../../tools/free-port.ts'
import { type Authority, createAuthority } from '../../browsers/support/authority.ts'
import { runCli, startServer, type ServerProcess } from '../../support/server-process.ts'
import { type Proxy, type ProxySetting, startNginx } from './proxies.ts'

/** The page, unless a case says otherwise: one of another site than localhost, where the server is. */
export const PAGE = 'https://app.example.test'

/** What is unlike a healthy deployment: a real server behind a real proxy with TLS. */
export interface Fault {
  /** Of the server: `COATCHECK_URL`, …; instead of those that fit. */
  readonly environment?: Readonly<Record<string, string>>
  readonly start?: (setting: ProxySetting) => Promise<Proxy>
  readonly lines?: string
  readonly around?: string
  readonly plain?: boolean
  /** Its name; only browsers of the tests know others than localhost. */
  readonly host?: string
}

/** One deployment, as long as it is open. */
export interface Site {
  readonly url: string
  readonly port: number
  readonly server: ServerProcess
  readonly folder: string
}

/** What `coatcheck doctor --json` said. */
export interface Verdict {
  readonly code: number | null
  readonly cause: Cause | null
  readonly words: string
  readonly mend: string
  readonly seen: Observations
}

/** A place for deployments, with an authority that the doctor is told to trust. */
export interface Clinic {
  /** Opens a deployment for the length of a test. */
  open<Result>(fault: Fault, act: (site: Site) => Promise<Result>): Promise<Result>
  /** Asks the doctor by its command. */
  ask(url: string, page?: string, environment?: Readonly<Record<string, string>>): Promise<Verdict>
  close(): void
}

/** Opens the place. @param given an authority that is somebody else's to remove */
export function openClinic(given?: Authority): Clinic {
  const authority = given ?? createAuthority(['localhost', 'other.localhost'])
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-doctor-'))
  const certificate = join(folder, 'server.pem')
  const root = join(folder, 'root.pem')
  writeFileSync(certificate, Buffer.concat([authority.certificate, authority.key]))
  writeFileSync(root, authority.root)
  let number = 0
  return {
    async open(
      { environment = {}, start = startNginx, lines = '', around = '', plain = false, host = 'localhost' },
      act,
    ) {
      const own = join(folder, `site-${(number += 1)}`)
      mkdirSync(own)
      const port = await freePort()
      const url = `${plain ? 'http' : 'https'}://${host}:${port}`
      const server = await startServer({
        COATCHECK_DATABASE: join(own, 'coatcheck.db'),
        COATCHECK_URL: url,
        COATCHECK_FRONTENDS: PAGE,
        COATCHECK_TRUSTED_PROXIES: '127.0.0.1/32',
        ...environment,
      })
      const certificates = plain ? null : certificate
      const proxy = await start({ folder: own, port, backend: server.port, certificate: certificates, lines, around })
      try {
        return await act({ url, port, server, folder: own })
      } finally {
        await proxy.stop()
        await server.stop()
      }
    },
    async ask(url, page = PAGE, environment = { NODE_EXTRA_CA_CERTS: root }) {
      const args = ['doctor', '--url', url, '--frontend', page, '--json']
      const { code, stdout, stderr } = await runCli(args, environment)
      if (stdout === '') throw new Error(`The doctor said nothing: ${stderr}`)
      return { code, ...(JSON.parse(stdout) as Omit<Verdict, 'code'>) }
    },
    close() {
      rmSync(folder, { recursive: true, force: true })
      if (given === undefined) authority.remove()
    },
  }
}
