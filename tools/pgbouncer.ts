import { existsSync } from 'node:fs'
import { findOnPath, installDebianPackage } from './debian.ts'

/** Where Debian keeps it, which is not on everyone's PATH. */
const DEBIAN = '/usr/sbin/pgbouncer'

/**
 * The path of a PgBouncer, installed now if need be.
 *
 * @throws Error one sentence with the command that installs it, where this process may not
 */
export function requirePgbouncer(): string {
  const find = (): string | null => findOnPath('pgbouncer') ?? (existsSync(DEBIAN) ? DEBIAN : null)
  const found = find()
  if (found !== null) return found
  installDebianPackage('PgBouncer', 'pgbouncer')
  const installed = find()
  if (installed === null) throw new Error('PgBouncer was installed, but was not found.')
  return installed
}
