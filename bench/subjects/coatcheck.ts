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
  return {
    name,
    program: [path.join(import.meta.dirname, 'library.ts')],
    environment: { COATCHECK_DATABASE: database, COATCHECK_KEYS: bench.key, NODE_ENV: 'production' },
  }
}

/** The Cookie header of a token, for a server at `http://localhost:<port>`. */
export function cookieFor(port: number, token: string): string {
  return `coatcheck-${port}=${token}`
}

/** How the stores are called in tables. */
export const CALLED: Readonly<Record<DatabaseKind, string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL' }
