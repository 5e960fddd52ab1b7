import type { Kept, Published } from '../harness/kept.ts'
import type { Machine } from '../harness/machine.ts'
import { compare, type Report } from '../harness/report.ts'
import type { Run } from '../harness/rounds.ts'

/** Invented, and meant to be seen as such: names and numbers by which the page and the drawings are tested. */
const SUBJECTS: readonly (readonly [id: string, name: string, speed: number, stalenessMs: number | null])[] = [
  ['bare', 'bare node:http', 1, 0],
  ['coatcheck-sqlite', 'Coatcheck, SQLite', 0.81, 0],
  ['coatcheck-postgres', 'Coatcheck, PostgreSQL', 0.8, 3],
  ['coatcheck-sealed', 'Coatcheck, sealed sessions', 0.69, 3],
  ['coatcheck-in-hono', 'Coatcheck, auth.check in Hono, PostgreSQL', 0.62, 3],
  ['coatcheck-in-fastify', 'Coatcheck, auth.check in Fastify, PostgreSQL', 0.66, 4],
  ['coatcheck-in-express', 'Coatcheck, auth.check in Express, PostgreSQL', 0.36, 4],
  ['coatcheck-fresh', 'Coatcheck, auth.check fresh in Hono, PostgreSQL', 0.1, 0],
  ['coatcheck-uncached-sqlite', 'Coatcheck, no memory, SQLite', 0.41, 0],
  ['coatcheck-uncached-postgres', 'Coatcheck, no memory, PostgreSQL', 0.11, 0],
  ['express-session-postgres', 'express-session, connect-pg-simple', 0.07, 0],
  ['express-session-redis', 'express-session, connect-redis', 0.12, 0],
  ['fastify-session-redis', '@fastify/session, connect-redis', 0.19, 0],
  ['fastify-secure-session', '@fastify/secure-session', 0.35, null],
  ['iron-session', 'iron-session', 0.14, null],
  ['better-auth-api', 'better-auth, auth.api.getSession', 0.04, 0],
  ['better-auth-http', 'better-auth, its HTTP handler', 0.035, 0],
  ['better-auth-api-cached', 'better-auth with cookieCache, auth.api.getSession', 0.17, 300_000],
  ['better-auth-http-cached', 'better-auth with cookieCache, its HTTP handler', 0.12, 300_000],
  ['jwt-hs256', 'JWT by jose, HS256', 0.52, null],
  ['jwt-eddsa', 'JWT by jose, EdDSA', 0.24, null],
]

/** Runs around a speed, a little apart from each other. */
export function runsAt(speed: number, rounds = 3): readonly Run[] {
  return Array.from({ length: rounds }, (_none, round): Run => {
    const requestsPerSecond = 40_000 * speed * (speed === 1 ? 1 : 1 + (round - (rounds - 1) / 2) * 0.06)
    const latency = { p50: 64_000 / requestsPerSecond, p99: 90_000 / requestsPerSecond, max: 30 }
    return { requests: 1_000, requestsPerSecond, ...latency, errors: 0, cpuUs: 1e6 / requestsPerSecond, share: 1 }
  })
}

const MACHINE: Machine = {
  cpu: 'Imaginary CPU',
  cores: 2,
  memoryGiB: 8,
  kernel: '6.0',
  node: 'v24.0.0',
  wrk: 'wrk 4.1.0',
  commit: 'abc1234 feat: something | else',
  at: '2001-02-03T04:05:06.000Z',
  loadBefore: 0.1,
}

/** One suite's results. */
export function keptOf(suite: string, reports: readonly Report[], more: Partial<Kept> = {}): Kept {
  const command = `npm run bench -- ${suite} --write`
  return { suite, command, machine: MACHINE, versions: { PostgreSQL: '17.1', jose: '6.0.0' }, reports, ...more }
}

/** Results as of a whole run, of a few suites. */
export function samplePublished(): Published {
  const names = SUBJECTS.map(([, name]) => name)
  const runs = SUBJECTS.map(([, , speed]) => runsAt(speed))
  const race = compare('One session', names, runs, ['A note.'])
  const data = Object.fromEntries(SUBJECTS.map(([id, name], index) => [id, { name, runs: runs[index] }]))
  const delays = SUBJECTS.map(([id, , , delay]) => [
    id,
    delay === null ? { delaysMs: [], untilExpiry: true } : { delaysMs: [delay] },
  ])
  const staleness: Report = {
    title: 'Still accepted after a revocation',
    notes: ['Asked at another node.'],
    columns: ['subject', 'ms', 'does not'],
    rows: SUBJECTS.map(([, name, , delay]) => [name, String(delay ?? 'until expiry'), 'do <everything> | all']),
    data: Object.fromEntries(delays),
  }
  return {
    suites: [
      keptOf('peers', [{ ...race, data }]),
      keptOf('peers-in-rotation', [{ ...race, title: 'Many sessions', data }]),
      keptOf('staleness', [staleness], { machine: { ...MACHINE, at: '2001-02-04T00:00:00.000Z' } }),
      keptOf('unheard-of', [{ title: 'Something new', notes: [], columns: ['a'], rows: [['1']], data: null }]),
    ],
  }
}
