import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Bench, DatabaseKind } from '../harness/bench.ts'
import type { SubjectProgram } from '../harness/subject.ts'

/** `coatcheck serve` as it is published: from `dist`, by its own command. */
export function serveFromDist(bench: Bench, name: string, database: string): SubjectProgram {
  return {
    name,
    program: [path.join(bench.root, 'packages/server/dist/cli/main.js'), 'serve'],
    environment: { COATCHECK_DATABASE: database, COATCHECK_KEYS: bench.key, NODE_ENV: 'production' },
  }
}

/** The library in an application of its own: `auth.fetch` on @hono/node-server. */
export function libraryFromDist(bench: Bench, name: string, database: string): SubjectProgram {
  return { ...libraryProgram(bench, 'library', database), name }
}

/** An application of its own with a route that asks `auth.check`, on the framework that the settings name. */
export function appFromDist(bench: Bench, database: string, more: Readonly<Record<string, string>>): SubjectProgram {
  return {
    name: `coatcheck in ${Object.values(more).join(' ')}`,
    program: [path.resolve(import.meta.dirname, '../peers/coatcheck-app.ts')],
    environment: { COATCHECK_DATABASE: database, COATCHECK_KEYS: bench.key, NODE_ENV: 'production', ...more },
  }
}

/** A program that ends sessions by the library: `rate` a second, or as fast as so many callers can. */
export function revoker(
  bench: Bench,
  database: string,
  ids: readonly string[],
  { atOnce, rate = 0 }: { readonly atOnce: number; readonly rate?: number },
): SubjectProgram {
  const environment = { IDS: listFile(bench, 'ids', ids), AT_ONCE: String(atOnce), RATE: String(rate) }
  return libraryProgram(bench, 'revoker', database, environment)
}

/** One of our programs over the library, as built. */
export function libraryProgram(
  bench: Bench,
  name: 'in-process' | 'library' | 'memory' | 'observer' | 'revoker',
  database: string,
  more: Readonly<Record<string, string>> = {},
): SubjectProgram {
  return {
    name,
    program: [path.join(import.meta.dirname, `${name}.ts`)],
    environment: { COATCHECK_DATABASE: database, COATCHECK_KEYS: bench.key, NODE_ENV: 'production', ...more },
  }
}

/** Writes a list into a file of the bench's folder, a line each. @returns its path */
export function listFile(bench: Bench, name: string, lines: readonly string[]): string {
  const file = path.join(bench.folder, `${name}-${lines.length}.txt`)
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}

/** The Cookie header of a token, for a server at `http://localhost:<port>`. */
export function cookieFor(port: number, token: string): string {
  return `coatcheck-${port}=${token}`
}

/** How the stores are called in tables. */
export const CALLED: Readonly<Record<DatabaseKind, string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL' }
