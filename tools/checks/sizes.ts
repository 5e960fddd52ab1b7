import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Finding, packageFolders, typescriptFiles } from './files.ts'

const LONGEST = 400
const MEDIAN = 100
const NINE_IN_TEN = 220

/** The value below which a share of the sorted numbers lies (nearest rank). */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

/** Checks the lengths of the packages' source files: none above 400 lines, half under 100, nine in ten under 220. */
export function checkSizes(root: string): Finding {
  const files = packageFolders(root).flatMap((folder) =>
    typescriptFiles(path.join(root, folder, 'src')).map((file) => {
      const name = `${folder}/src/${file}`
      return { name, lines: readFileSync(path.join(root, name), 'utf8').trimEnd().split('\n').length }
    }),
  )
  const lengths = files.map(({ lines }) => lines).toSorted((a, b) => a - b)
  const median = quantile(lengths, 0.5)
  const ninth = quantile(lengths, 0.9)
  const longest = lengths.at(-1) ?? 0
  const problems = files
    .filter(({ lines }) => lines > LONGEST)
    .map(({ name, lines }) => `${name} has ${lines} lines; the limit is ${LONGEST}: divide it.`)
  if (median >= MEDIAN) problems.push(`The median source file has ${median} lines; keep it under ${MEDIAN}.`)
  if (ninth >= NINE_IN_TEN)
    problems.push(`Nine in ten source files have up to ${ninth} lines; keep that under ${NINE_IN_TEN}.`)
  return { problems, note: `${files.length} files, median ${median}, 90 % ${ninth}, longest ${longest} lines` }
}
