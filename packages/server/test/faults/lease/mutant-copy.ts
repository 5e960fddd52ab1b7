import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PACKAGE } from './lease-node.ts'

const NODE_MODULES = fileURLToPath(new URL('../../../../../node_modules', import.meta.url))
const COPIED = ['src', 'migrations', 'wordlists', 'package.json']

/** One change of one file of the package, as text. */
export interface Edit {
  /** Relative to the package. */
  readonly file: string
  /** What must be there exactly once. */
  readonly find: string
  readonly replace: string
}

/** A copy of the server's package from which a server can be started. */
export interface PackageCopy {
  readonly root: string
  remove(): void
}

/**
 * Copies the package and breaks the copy.
 *
 * @throws Error when what an edit looks for is not there exactly once: the code has moved on, and the edit must follow
 */
export function copyPackage(edits: readonly Edit[]): PackageCopy {
  const root = mkdtempSync(join(tmpdir(), 'coatcheck-mutant-'))
  const remove = (): void => rmSync(root, { recursive: true, force: true })
  try {
    for (const name of COPIED) cpSync(join(PACKAGE, name), join(root, name), { recursive: true })
    symlinkSync(NODE_MODULES, join(root, 'node_modules'))
    for (const edit of edits) apply(root, edit)
  } catch (error) {
    remove()
    throw error
  }
  return { root, remove }
}

function apply(root: string, { file, find, replace }: Edit): void {
  const path = join(root, file)
  const [before, after, ...more] = readFileSync(path, 'utf8').split(find)
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`${file} has not exactly one "${find}" to replace`)
  }
  writeFileSync(path, `${before}${replace}${after}`)
}
