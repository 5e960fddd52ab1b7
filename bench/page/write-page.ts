import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Published, readPublished } from '../harness/kept.ts'
import { benchmarksPage } from './page.ts'
import { plotFiles } from './plots-of.ts'

/** Where the page is, from the repository's root. */
export const BENCHMARKS_PAGE = 'docs/benchmarks.md'
const PLOTS = 'docs/benchmarks'

/** What the committed results make: path from the root, and content. */
export function pageFiles(published: Published): ReadonlyMap<string, string> {
  const plots = [...plotFiles(published)].map(([file, content]) => [path.posix.join('docs', file), content] as const)
  return new Map([[BENCHMARKS_PAGE, benchmarksPage(published)], ...plots])
}

/** Which of the committed files are not what the results make, or are left from before. */
export function outdatedFiles(root: string): readonly string[] {
  const wanted = pageFiles(readPublished(root))
  const stale = [...wanted].filter(([file, content]) => contentOf(path.join(root, file)) !== content)
  return [...stale.map(([file]) => file), ...strangers(root, wanted)]
}

/** Writes the page and its drawings from docs/benchmarks.json. @throws Error when there is none */
export function writePage(root: string): void {
  const wanted = pageFiles(readPublished(root))
  mkdirSync(path.join(root, PLOTS), { recursive: true })
  for (const file of strangers(root, wanted)) rmSync(path.join(root, file))
  for (const [file, content] of wanted) writeFileSync(path.join(root, file), content)
}

function strangers(root: string, wanted: ReadonlyMap<string, string>): readonly string[] {
  return filesIn(path.join(root, PLOTS))
    .map((file) => path.posix.join(PLOTS, file))
    .filter((file) => !wanted.has(file))
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function contentOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
