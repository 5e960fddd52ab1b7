import assert from 'node:assert/strict'
import { after, before, describe, test, type TestContext } from 'node:test'
import { startPostgres, type TestPostgres } from '../../../../../tools/postgres.ts'
import { startCluster, type Cluster } from './cluster.ts'
import { startPgbouncer, USUALLY_IGNORED } from './pgbouncer.ts'
import { holdsUnder, LEASE_MS } from './run-and-tell.ts'

describe('with PgBouncer in transaction mode in between, a node works, or refuses to start in one sentence', () => {
  let postgres: TestPostgres
  before(async () => {
    postgres = await startPostgres()
  })
  after(() => postgres.stop())

  const worksOrRefuses = async (ignored: string, context: TestContext): Promise<void> => {
    const pgbouncer = await startPgbouncer(postgres.url, ignored)
    try {
      const options = { postgresUrl: postgres.url, poolerPort: pgbouncer.port, leaseMs: LEASE_MS }
      const started = await startCluster(options).catch((error: unknown) => String(error))
      if (typeof started === 'string') requireOneSentence(started, context)
      else await use(started, context)
    } finally {
      await pgbouncer.stop()
    }
  }

  test('as it comes', (context) => worksOrRefuses('', context))
  test('told to overlook what drivers ask for', (context) => worksOrRefuses(USUALLY_IGNORED, context))
})

async function use(cluster: Cluster, context: TestContext): Promise<void> {
  try {
    await holdsUnder({ name: 'PgBouncer in transaction mode' }, cluster, context)
  } finally {
    await cluster.close()
  }
}

function requireOneSentence(output: string, context: TestContext): void {
  const said = output.slice(output.indexOf('coatcheck: ')).trim()
  context.diagnostic(`refused: ${said}`)
  assert.match(said, /^coatcheck: [^\n]*\.$/)
}
