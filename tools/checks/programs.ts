import { spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import path from 'node:path'
import type { Problem } from './files.ts'

const PROJECTS = [
  'packages/*/tsconfig.json',
  'examples/trades/**/tsconfig.json',
  'tools/tsconfig.json',
  'bench/tsconfig.json',
]

/** The benchmark's peers are installed by the benchmark alone, and without them these have no types. */
const PEERS = { project: 'bench/peers/tsconfig.json', installed: 'bench/node_modules/.coatcheck-installed' }

/** Runs one of node_modules' programs on this Node; what it printed is the problem when it fails. */
function runProgram(root: string, file: string, args: readonly string[]): Problem[] {
  const program = path.join(root, 'node_modules', file)
  const result = spawnSync(process.execPath, [program, ...args], { cwd: root, encoding: 'utf8', maxBuffer: 1e8 })
  if (result.status === 0) return []
  return [
    `${result.stdout ?? ''}${result.stderr ?? ''}`.trim() || `${file} ended with ${result.status ?? result.signal}.`,
  ]
}

/** Type-checks every project of the repository. */
export function checkTypes(root: string): Problem[] {
  const projects = globSync(PROJECTS, { cwd: root, exclude: (name) => name.endsWith('node_modules') }).toSorted()
  if (existsSync(path.join(root, PEERS.installed))) projects.push(PEERS.project)
  return projects.flatMap((project) => runProgram(root, 'typescript/bin/tsc', ['-p', project, '--pretty', 'false']))
}

/** Lints everything, with the rules that need types too. */
export function checkLint(root: string): Problem[] {
  return runProgram(root, 'oxlint/bin/oxlint', [
    '--type-aware',
    '--deny-warnings',
    '--report-unused-disable-directives',
  ])
}

/** Checks that everything is formatted as `npm run format` would. */
export function checkFormat(root: string): Problem[] {
  const problems = runProgram(root, 'oxfmt/bin/oxfmt', ['--check'])
  return problems.map((problem) => `${problem}\nRun "npm run format".`)
}
