import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findOnPath, installDebianPackage } from '../../../../../tools/debian.ts'

/** A certificate authority that lives as long as the test, and one server certificate of its. */
export interface Authority {
  readonly key: Buffer
  readonly certificate: Buffer
  /** The authority's own certificate, for those who are to trust it. */
  readonly root: Buffer
  /** Makes an NSS database trust it: Chromium's in `<HOME>/.pki/nssdb`, Firefox's in the profile's own folder. */
  trustIn(folder: string): void
  remove(): void
}

/**
 * Makes an authority and a certificate for these names, in a temporary folder.
 *
 * @throws Error one sentence with the command that installs openssl or certutil, where this process may not
 */
export function createAuthority(names: readonly string[]): Authority {
  if (findOnPath('openssl') === null) installDebianPackage('openssl', 'openssl')
  if (findOnPath('certutil') === null) installDebianPackage('certutil', 'libnss3-tools')
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-ca-'))
  const at = (name: string): string => join(folder, name)
  const issue = (name: string, subject: string, ...more: readonly string[]): void => {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)]
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', ...files]
    run('openssl', ['req', '-x509', ...key, '-days', '2', '-subj', `/CN=${subject}`, ...more])
  }
  issue('ca', 'Coatcheck tests', '-addext', 'keyUsage=critical,keyCertSign')
  const alternatives = names.map((name) => `DNS:${name}`).join(',')
  const signer = ['-CA', at('ca.pem'), '-CAkey', at('ca.key')]
  const uses = ['basicConstraints=critical,CA:FALSE', `subjectAltName=${alternatives}`, 'extendedKeyUsage=serverAuth']
  issue('server', 'server', ...signer, ...uses.flatMap((use) => ['-addext', use]))
  return {
    key: readFileSync(at('server.key')),
    certificate: readFileSync(at('server.pem')),
    root: readFileSync(at('ca.pem')),
    trustIn(database) {
      mkdirSync(database, { recursive: true })
      run('certutil', ['-N', '-d', `sql:${database}`, '--empty-password'])
      run('certutil', ['-A', '-d', `sql:${database}`, '-n', 'coatcheck-tests', '-t', 'C,,', '-i', at('ca.pem')])
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
