import path from 'node:path'
import { describe, test } from 'node:test'
import { withBench } from '../harness/bench.ts'
import { startEntrants } from '../harness/entrants.ts'
import { PEERS } from '../harness/peers.ts'
import { prove, proveRevocation } from '../harness/prove.ts'
import { SIGN_IN_KINDS, startSignInSubjects } from '../harness/sign-in-subjects.ts'

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

/** In this file too: what is installed for the one must not be resolved half way by the other. */
describe('a peer in the table of sign-ins lets in the right password and no other, and knows whom it let in', () => {
  for (const kind of SIGN_IN_KINDS.filter(({ name }) => !name.startsWith('Coatcheck'))) {
    test(kind.name, async () => {
      await withBench(root, NOT_MEASURED, (bench) => startSignInSubjects(bench, 1, [kind]))
    })
  }
})
