import path from 'node:path'
import { describe, test } from 'node:test'
import { withBench } from '../harness/bench.ts'
import { startEntrants } from '../harness/entrants.ts'
import { PEERS } from '../harness/peers.ts'
import { prove, proveRevocation } from '../harness/prove.ts'

const root = path.resolve(import.meta.dirname, '../..')
const NOT_MEASURED = { pace: { rounds: 0, seconds: 0, warmUpSeconds: 0 }, stored: [] }

/** What the benchmark needs that nothing else here does; each is proved again before it is measured. */
describe('a peer of the benchmark knows its sessions, takes no forged one, and revokes as the page says', () => {
  for (const { id, name } of PEERS) {
    test(name, () =>
      withBench(root, NOT_MEASURED, async (bench) => {
        for (const entrant of await startEntrants(bench, 2, [id])) {
          await prove(entrant)
          await proveRevocation(entrant)
        }
      }),
    )
  }
})
