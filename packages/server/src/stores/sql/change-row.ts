import type { Change } from '../../core/session/change-feed.ts'

/** More than this many changes at once are not listed: everything that is remembered goes instead. */
export const MOST_CHANGES = 10_000

/** The change that a row of `changes` tells of. A kind that this code does not know may be of anything. */
export function changeFrom(kind: string, id: string): Change {
  return kind === 'session' || kind === 'user' ? { kind, id } : { kind: 'everything' }
}
