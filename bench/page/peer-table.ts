import { PEERS } from '../harness/peers.ts'
import { table } from './markdown.ts'

/** What each peer is and does not do: half of what a reader decides by, in words, as nothing of it can be measured. */
export function peerTable(): string {
  const rows = PEERS.map(({ name, keeps, revokes, mayLag, doesNot }) => [
    name,
    keeps,
    revokes ? 'refused' : 'accepted',
    mayLag ?? 'knows nothing of it',
    doesNot.join('; '),
  ])
  const columns = [
    'peer',
    'sessions are in',
    'an ended session, where it was ended',
    'at another node, may lag',
    'does not',
  ]
  return table(columns, rows)
}
