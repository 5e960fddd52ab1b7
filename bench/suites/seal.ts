import path from 'node:path'
import type { Suite } from '../harness/bench.ts'
import { installPeers } from '../harness/install-peers.ts'
import { runOnce } from '../harness/once.ts'
import { told } from '../harness/report.ts'
import { ratios, spread } from '../harness/statistics.ts'
import type { SealRound, SealRounds } from '../subjects/seal.ts'

/** Sealed cookies, beside what others seal theirs with. */
export const seal: Suite = {
  about: 'sealing and opening a cookie, against a JWE and iron-session',
  async run({ root, pace }) {
    await installPeers(root)
    const peers = path.join(root, 'bench')
    const results = await runOnce<readonly SealRounds[]>({
      name: 'seal',
      program: [path.join(root, 'bench/subjects/seal.ts')],
      environment: { ROUNDS: String(pace.rounds), PEERS: peers },
    })
    const first = results[0]?.rounds ?? []
    const rows = results.map(({ name, bytes, rounds }) => {
      const of = (field: keyof SealRound): number[] => rounds.map((round) => round[field])
      const times = (field: keyof SealRound): string =>
        told(
          ratios(
            of(field),
            first.map((round) => round[field]),
          ),
        )
      return [
        name,
        told(spread(of('sealCpuUs'))),
        times('sealCpuUs'),
        told(spread(of('openCpuUs'))),
        times('openCpuUs'),
        told(spread(of('sealUs'))),
        told(spread(of('openUs'))),
        String(bytes),
      ]
    })
    return [
      {
        title: 'Sealing and opening one JSON object of seven fields',
        columns: ['', 'seal CPU µs', 'times', 'open CPU µs', 'times', 'seal µs', 'open µs', 'bytes'],
        rows,
        notes: [
          'One at a time, in one process, on one core; JSON included. Times: against the private cookie of the same round.',
          'CPU is that of all threads. iron-session and the JWE also seal their end, and check it; ours has none.',
        ],
        data: results,
      },
    ]
  },
}
