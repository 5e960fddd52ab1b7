import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { coatcheck } from '../../../src/coatcheck.ts'
import { KeyRing } from '../../../src/core/key-ring.ts'
import { createTestDatabase, type TestDatabase } from '../../stores/postgres-fixture.ts'
import { judge } from './judge.ts'
import { Population } from './population.ts'
import { Psql } from './psql.ts'
import { raceSignOuts, rotation, signOutAgain, use, type Pair, type Rival } from './races.ts'
import { describeVerdict } from './report.ts'

const TIMES = process.env['COATCHECK_TORTURE'] === '1' ? 1_000 : 50
const LEASE_MS = 1_000
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }

describe(`after an acknowledged sign-out no secret of the session is accepted, ${TIMES} times [promises 2, 10]`, () => {
  let database: TestDatabase
  let psql: Psql
  let population: Population
  let nodes: Pair
  before(async () => {
    database = await createTestDatabase()
    const key = randomBytes(32)
    const options = {
      url: 'http://localhost:4000',
      database: database.url,
      keys: [key.toString('base64')],
      // A use is written when the last one is 6 s old, as those of the population are.
      sessionPolicy: { absoluteSeconds: 3_600, idleSeconds: 60 },
      log: SILENT,
    }
    nodes = [await coatcheck(options), await coatcheck(options)]
    psql = new Psql(database.url)
    population = new Population(psql, new KeyRing([key], 'session-token'))
  })
  after(async () => {
    await Promise.all(nodes.map((auth) => auth.close()))
    await psql.close()
    await database.drop()
  })

  const rivals: readonly (readonly [string, Rival])[] = [
    ['a rotation', rotation],
    ['uses that are noted and written late', use],
    ['another sign-out', signOutAgain],
  ]
  for (const [name, rival] of rivals) {
    test(`when it races ${name}`, async (context) => {
      const options = { nodes, next: () => population.next(), times: TIMES, leaseMs: LEASE_MS }
      const verdict = judge(await raceSignOuts(rival, options), LEASE_MS)
      context.diagnostic(describeVerdict(name, verdict))
      assert.deepEqual(
        verdict.violations.slice(0, 5).map(({ text }) => text),
        [],
      )
      assert.ok(verdict.acknowledged >= TIMES && verdict.sameNodeAsked >= TIMES)
    })
  }
})
