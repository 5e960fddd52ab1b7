import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { findPostgresPrograms } from '../../tools/postgres-programs.ts'

interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly dependencies?: Readonly<Record<string, string>> }>
  >
}

/** The versions of what is measured, and of the databases that it is measured with. */
export function versionsOf(root: string): Readonly<Record<string, string>> {
  const programs = findPostgresPrograms()
  return {
    PostgreSQL: programs === null ? 'not installed' : versionSaid(path.join(programs, 'postgres')),
    Redis: versionSaid('redis-server'),
    ...peerVersions(path.join(root, 'bench/package-lock.json')),
  }
}

/** The packages that bench/package.json names, as its lock file installs them. */
export function peerVersions(lockFile: string): Readonly<Record<string, string>> {
  if (!existsSync(lockFile)) return {}
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8')) as LockFile
  const names = Object.keys(packages['']?.dependencies ?? {})
  return Object.fromEntries(names.map((name) => [name, packages[`node_modules/${name}`]?.version ?? 'unknown']))
}

function versionSaid(program: string): string {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return /\d+(\.\d+)+/.exec(stdout ?? '')?.[0] ?? 'not installed'
}
