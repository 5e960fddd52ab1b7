import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** Something a check found: one sentence that names the file and says what to do. */
export type Problem = string

/** What a check found, and a few words for the table. */
export interface Finding {
  readonly problems: readonly Problem[]
  readonly note?: string
}

/** The TypeScript files under a folder, as paths relative to it with forward slashes, sorted. */
export function typescriptFiles(folder: string): string[] {
  const found = globSync('**/*.ts', { cwd: folder, exclude: (name) => /(^|\/)(node_modules|dist)$/.test(name) })
  return found.map((file) => file.split(path.sep).join('/')).toSorted()
}

/** The folders of the published packages that have sources, relative to the root. */
export function packageFolders(root: string): string[] {
  return globSync('packages/*/package.json', { cwd: root })
    .map((file) => path.posix.dirname(file.split(path.sep).join('/')))
    .toSorted()
}

/** What we read of a package.json. */
export interface PackageJson {
  readonly name: string
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** A package's package.json. */
export function readPackageJson(folder: string): PackageJson {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as PackageJson
}

/** The source files that a package publishes as its entry points, relative to the package: subpath to file. */
export function entryPoints({ exports = {} }: PackageJson): Map<string, string> {
  const found = new Map<string, string>()
  for (const [subpath, target] of Object.entries(exports)) {
    const source = typeof target === 'string' ? undefined : target['coatcheck-source']
    if (source !== undefined) found.set(subpath, source.replace(/^\.\//, ''))
  }
  return found
}
