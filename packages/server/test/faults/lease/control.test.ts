import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, type TestDatabase } from '../../stores/postgres-fixture.ts'
import { startServer, type ServerProcess } from '../../support/server-process.ts'
import { runCampaign } from './campaign.ts'
import { expressSubject } from './express-subject.ts'
import { judge } from './judge.ts'
import { describeVerdict } from './report.ts'

const SERVER = fileURLToPath(new URL('express-server.ts', import.meta.url))
const LEASE_MS = 1_000

describe('the control: express-session with connect-pg-simple, and a handler that saves after a sign-out', () => {
  let database: TestDatabase
  const servers: ServerProcess[] = []
  before(async () => {
    database = await createTestDatabase()
    // One after the other: the first session makes the table, and two at once would not.
    for (let nth = 0; nth < 2; nth += 1) {
      const server = await startServer({ CONTROL_DATABASE: database.url }, SERVER)
      servers.push(server)
      await fetch(`${server.url}/sign-in/first`, { method: 'POST' })
    }
  })
  after(async () => {
    await Promise.all(servers.map((server) => server.stop('SIGKILL')))
    await database.drop()
  })

  test('is seen to accept sessions that had been signed out, at the same node and beyond L', async (context) => {
    const [a, b] = servers
    const subject = expressSubject({ A: a?.port ?? 0, B: b?.port ?? 0 })
    const plan = {
      leaseMs: LEASE_MS,
      revocations: 20,
      atOnce: 10,
      pollers: 1,
      gapMs: 5,
      patienceMs: 300,
      deadlineMs: 20_000,
    }
    const history = await runCampaign(subject, { ...plan, coldShare: 0, coldMs: 1, warmMs: 10 })
    subject.close()
    const verdict = judge(history, LEASE_MS)
    context.diagnostic(describeVerdict('express-session', verdict))
    const undone = new Set(verdict.violations.map(({ kind }) => kind))
    assert.ok(undone.has('same-node') && undone.has('late'), 'sign-outs were undone')
    assert.ok(!undone.has('broken') && !undone.has('lost'), 'and nothing else was wrong')
  })
})
