import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Problem } from './files.ts'

const LARGEST = 5_000_000

/** The host of the registry that npm is configured to use here, or null when npm can't tell. */
export function configuredRegistry(root: string): string | null {
  const cli = process.env['npm_execpath']
  const [command, args] = cli?.endsWith('npm-cli.js') === true ? [process.execPath, [cli]] : ['npm', []]
  const asked = spawnSync(command, [...args, 'config', 'get', 'registry'], { cwd: root, encoding: 'utf8' })
  return URL.canParse(asked.stdout?.trim() ?? '') ? new URL(asked.stdout.trim()).host : null
}

/** The files that are in git or could be added to it, relative to the root; null where git can't tell. */
function repositoryFiles(root: string): string[] | null {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const listed = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1e8 })
  return listed.status === 0 ? listed.stdout.split('\0').filter((name) => name !== '') : null
}

/**
 * Checks that the repository installs from everyone's own registry: the lock file names no host, and no file names
 * the one that this machine uses.
 *
 * @param host  of this machine's registry; null: only the lock file is looked at
 */
export function checkRegistry(root: string, host: string | null): Problem[] {
  const problems: Problem[] = []
  const lock = path.join(root, 'package-lock.json')
  if (existsSync(lock) && /"resolved":\s*"https?:/.test(readFileSync(lock, 'utf8'))) {
    problems.push('package-lock.json names a registry: remove its "resolved" lines that start with http.')
  }
  if (host === null) return problems
  const files = repositoryFiles(root)
  if (files === null) return problems
  for (const file of files) {
    const full = path.join(root, file)
    const size = statSync(full, { throwIfNoEntry: false })
    if (size === undefined || !size.isFile() || size.size > LARGEST) continue
    if (readFileSync(full).includes(host))
      problems.push(`${file} names the registry that this machine uses: remove it.`)
  }
  return problems
}
