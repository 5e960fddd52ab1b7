import path from 'node:path'
import { packageFolders, type Problem, readPackageJson, typescriptFiles } from './files.ts'
import { codeOnly, readSource } from './source.ts'

const FREE = String.raw`(?<![.\w$])`

/** Clocks, timers and randomness, as they look in code. */
const IMPURE: readonly (readonly [string, RegExp])[] = [
  ['Date.now', /(?<![\w$])Date\s*\.\s*now\b/g],
  ['new Date() without an argument', /\bnew\s+Date\b\s*(?:\(\s*\)|(?![\s(]))/g],
  ['Date()', /(?<!\bnew\s+)(?<![.\w$])Date\s*\(\s*\)/g],
  ['Math.random', /(?<![\w$])Math\s*\.\s*random\b/g],
  ['performance', new RegExp(`${FREE}performance\\s*\\.`, 'g')],
  ['process.hrtime', /\bprocess\s*\.\s*hrtime\b/g],
  [
    'a timer',
    new RegExp(`${FREE}(?:globalThis\\s*\\.\\s*)?(?:setTimeout|setInterval|setImmediate)\\b(?!\\s*\\??:)`, 'g'),
  ],
  [
    'randomness',
    new RegExp(`${FREE}(?:crypto\\s*\\.\\s*)?(?:random(?:Bytes|UUID|Int|Fill|FillSync)|getRandomValues)\\s*\\(`, 'g'),
  ],
]

/** Checks that the server's core has no clock, timer or randomness of its own: they come in as arguments. */
export function checkPurity(root: string): Problem[] {
  return packageFolders(root).flatMap((folder) => {
    if (readPackageJson(path.join(root, folder)).name !== 'coatcheck') return []
    const core = path.join(root, folder, 'src/core')
    return typescriptFiles(core).flatMap((file) => {
      const source = readSource(path.join(core, file))
      const code = codeOnly(source)
      return IMPURE.flatMap(([what, pattern]) =>
        Array.from(code.matchAll(pattern), ({ index }) => {
          return `${folder}/src/core/${file}:${source.lineOf(index)} uses ${what}; take it as an argument.`
        }),
      )
    })
  })
}
