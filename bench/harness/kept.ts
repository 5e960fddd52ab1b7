import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Machine } from './machine.ts'
import { readableJson, rounded } from './readable-json.ts'
import type { Report } from './report.ts'

/** What one suite measured, and when, where and by which command. */
export interface Kept {
  readonly suite: string
  /** As it was typed, so that it can be typed again. */
  readonly command: string
  readonly machine: Machine
  /** Of what was measured and what it was measured with: the peers, PostgreSQL, Redis. */
  readonly versions: Readonly<Record<string, string>>
  readonly reports: readonly Report[]
}

/** The committed results: of each suite the newest that was written. */
export interface Published {
  readonly suites: readonly Kept[]
}

/** Where the committed results are, from the repository's root. */
export const PUBLISHED_FILE = 'docs/benchmarks.json'

/** Keeps all reports of one suite, whole, in a folder that is not committed. @returns the file */
export function keep(folder: string, kept: Kept): string {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, `${kept.suite}.json`)
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`)
  return file
}

/** The committed results with these in place of what they had of the same suites. */
export function merge(published: Published, measured: readonly Kept[]): Published {
  const suites = new Map(published.suites.map((kept) => [kept.suite, kept]))
  for (const kept of measured) suites.set(kept.suite, rounded(kept) as Kept)
  return { suites: [...suites.values()].toSorted((a, b) => (a.suite < b.suite ? -1 : 1)) }
}

/** @throws Error a sentence, where nothing was ever written */
export function readPublished(root: string): Published {
  const file = path.join(root, PUBLISHED_FILE)
  if (!existsSync(file)) {
    throw new Error(`There is no ${PUBLISHED_FILE}. Measure and write it first: npm run bench`)
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Published
}

/** Puts what was measured into the committed results. @returns all of them */
export function publish(root: string, measured: readonly Kept[]): Published {
  const before = existsSync(path.join(root, PUBLISHED_FILE)) ? readPublished(root) : { suites: [] }
  const published = merge(before, measured)
  writeFileSync(path.join(root, PUBLISHED_FILE), readableJson(published))
  return published
}
