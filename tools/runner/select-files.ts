import { globSync } from 'node:fs'
import path from 'node:path'

const PATTERNS = [
  'packages/*/test/**/*.test.ts',
  'examples/**/test/**/*.test.ts',
  'tools/test/**/*.test.ts',
  'bench/test/**/*.test.ts',
]
const LONG_RUNNING = /\/test\/(faults|attacks)\//

/**
 * The test files of the repository, as absolute paths in a stable order.
 *
 * @param wanted   files, folders or parts of a path; a file that matches any of them is taken; none: all files
 * @param torture  only the files under test/faults and test/attacks
 */
export function selectFiles(root: string, wanted: readonly string[], torture: boolean): string[] {
  const all = globSync(PATTERNS, {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name.endsWith('/node_modules'),
  })
  const parts = wanted.map((part) => (path.isAbsolute(part) ? path.relative(root, part) : part.replace(/^\.\//, '')))
  return all
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => !torture || LONG_RUNNING.test(file))
    .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
    .toSorted()
    .map((file) => path.join(root, file))
}
