import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What came into a folder's node_modules. */
export interface Installed {
  readonly packages: number
  readonly bytes: number
}

/**
 * Installs packages into an empty folder, as an application would that has nothing else.
 *
 * @param wanted as `npm install` takes them: `name@version`, or a tarball
 */
export function install(folder: string, wanted: readonly string[]): Installed {
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }')
  const flags = ['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', ['install', ...flags, ...wanted], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  const lock = JSON.parse(readFileSync(path.join(folder, 'node_modules/.package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, unknown>>
  }
  const [size = ''] = execFileSync('du', ['-sb', 'node_modules'], { cwd: folder, encoding: 'utf8' }).split('\t')
  return { packages: Object.keys(lock.packages).length, bytes: Number(size) }
}

/** Packs one of our packages as it would be published. @returns the tarball */
export function pack(root: string, name: string, folder: string): string {
  const args = ['pack', '--silent', '--pack-destination', folder]
  const printed = execFileSync('npm', args, { cwd: path.join(root, 'packages', name), encoding: 'utf8' })
  return path.join(folder, printed.trim().split('\n').at(-1) ?? '')
}
