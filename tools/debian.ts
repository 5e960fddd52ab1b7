import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** The program's path when it is an executable on the PATH, else null. */
export function findOnPath(program: string): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(':')) {
    if (folder !== '' && existsSync(`${folder}/${program}`)) return `${folder}/${program}`
  }
  return null
}

function aptGet(args: readonly string[]): { ok: boolean; output: string } {
  const result = spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    encoding: 'utf8',
  })
  return { ok: result.status === 0, output: `${result.stdout}${result.stderr}` }
}

/**
 * Installs a Debian package that the tests need, or the newest version of it, when we are root on a Debian; says so in a line.
 *
 * @param what  what is missing, for people
 * @throws Error one sentence with the command that installs it, where this process may not
 */
export function installDebianPackage(what: string, name: string): void {
  const command = `apt-get install -y --no-install-recommends ${name}`
  if (process.getuid?.() !== 0 || findOnPath('apt-get') === null) {
    throw new Error(`The tests need ${what}, which this machine lacks: install it (on Debian: sudo ${command}).`)
  }
  console.log(`Installing ${what} for the tests (${command})…`)
  // The lists of a machine that was set up long ago name versions of then. Without a network they must do.
  aptGet(['update'])
  const result = aptGet(['install', '-y', '--no-install-recommends', name])
  if (!result.ok) throw new Error(`The tests need ${what}, and "${command}" failed:\n${result.output.trim()}`)
}
