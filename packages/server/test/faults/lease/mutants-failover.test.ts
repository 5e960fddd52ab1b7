import { after, before, describe, test } from 'node:test'
import { promotion, startPair, waitForStandby, type Pair } from './failover.ts'
import { requireCaught } from './mutant-run.ts'
import { SILENT_HEARTBEAT } from './mutants.ts'

describe('the harness catches a Coatcheck that trusts a server which can still read', () => {
  let pair: Pair
  before(async () => {
    pair = await startPair()
    await waitForStandby(pair)
  })
  after(() => pair.stop())

  test('the heartbeat writes nothing', async (context) => {
    const shown = { scenario: promotion(pair), kinds: ['late'] as const, nodes: ['A', 'B', 'C'] }
    await requireCaught({ name: 'silent', edits: SILENT_HEARTBEAT, ...shown }, pair.primary.url, context)
  })
})
