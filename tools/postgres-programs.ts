import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { installDebianPackage } from './debian.ts'

/** The user that PostgreSQL runs as: it refuses to be root. Null means: as whoever we are. */
export type PostgresUser = { readonly uid: number; readonly gid: number } | null

/** The folder of the newest PostgreSQL's programs: Debian's, else what pg_config on the PATH says, else null. */
export function findPostgresPrograms(debianRoot = '/usr/lib/postgresql'): string | null {
  const versions = existsSync(debianRoot) ? readdirSync(debianRoot) : []
  const newestFirst = versions.filter((version) => /^\d+$/.test(version)).toSorted((a, b) => Number(b) - Number(a))
  for (const version of newestFirst) {
    const folder = `${debianRoot}/${version}/bin`
    if (existsSync(`${folder}/initdb`) && existsSync(`${folder}/postgres`)) return folder
  }
  const asked = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' })
  const folder = asked.status === 0 ? asked.stdout.trim() : ''
  return folder !== '' && existsSync(`${folder}/initdb`) ? folder : null
}

/**
 * The folder of PostgreSQL's programs, installed now if need be.
 *
 * @throws Error one sentence with the command that installs it, where this process may not
 */
export function requirePostgresPrograms(): string {
  const found = findPostgresPrograms()
  if (found !== null) return found
  installDebianPackage('PostgreSQL', 'postgresql')
  const installed = findPostgresPrograms()
  if (installed === null) throw new Error('PostgreSQL was installed, but its programs were not found.')
  return installed
}

function idOf(flag: '-u' | '-g'): number {
  const result = spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' })
  if (result.status !== 0)
    throw new Error('PostgreSQL does not run as root, and there is no user "postgres" to run it.')
  return Number(result.stdout.trim())
}

/** Who PostgreSQL is to run as: when we are root, the user that its package made. */
export function postgresUser(): PostgresUser {
  return process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : null
}
