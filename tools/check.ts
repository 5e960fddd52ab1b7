/**
 * Checks the house itself: `npm run check`. Every step runs, also after one that failed; the table comes last, and
 * the exit code is 1 when any failed.
 */
import path from 'node:path'
import { styleText } from 'node:util'
import { checkCycles } from './checks/cycles.ts'
import { checkDocs } from './checks/docs.ts'
import { checkExports } from './checks/exports.ts'
import type { Finding, Problem } from './checks/files.ts'
import { checkImports } from './checks/imports.ts'
import { checkFormat, checkLint, checkTypes } from './checks/programs.ts'
import { checkPurity } from './checks/purity.ts'
import { checkRegistry, configuredRegistry } from './checks/registry.ts'
import { checkSizes } from './checks/sizes.ts'

const root = path.resolve(import.meta.dirname, '..')

const STEPS: readonly (readonly [string, (root: string) => readonly Problem[] | Finding])[] = [
  ['Types hold in every project', checkTypes],
  ['The linter has nothing to say', checkLint],
  ['Files are formatted', checkFormat],
  ['Layers import only what they may', checkImports],
  ['No imports run in a circle', checkCycles],
  ['The core has no clock and no randomness of its own', checkPurity],
  ['Source files are small', checkSizes],
  ['Published subpaths exist', checkExports],
  ['Published names are documented', checkDocs],
  ['No file names a registry', (folder) => checkRegistry(folder, configuredRegistry(folder))],
]

function runStep(check: (root: string) => readonly Problem[] | Finding): Finding {
  try {
    const found = check(root)
    return 'problems' in found ? found : { problems: found }
  } catch (error) {
    return { problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)] }
  }
}

function color(name: 'red' | 'green', text: string): string {
  return process.stdout.isTTY ? styleText(name, text) : text
}

const table = STEPS.map(([name, check]) => {
  const started = performance.now()
  const { problems, note } = runStep(check)
  if (problems.length > 0) console.log(`${color('red', name)}: no\n\n${problems.join('\n')}\n`)
  const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`
  return { name, ok: problems.length === 0, seconds, note: note ?? '' }
})

const width = Math.max(...table.map(({ name }) => name.length))
for (const { name, ok, seconds, note } of table) {
  const mark = ok ? color('green', '✔') : color('red', '✘')
  console.log(`${mark} ${name.padEnd(width)}  ${seconds.padStart(6)}  ${note}`.trimEnd())
}
process.exitCode = table.every(({ ok }) => ok) ? 0 : 1
