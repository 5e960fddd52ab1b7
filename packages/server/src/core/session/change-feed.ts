/**
 * Something that changed what checks answer: of one session, of all sessions of a user, or more than could be listed.
 * Each change is noted in the transaction that makes it, whoever makes it.
 */
export type Change = { readonly kind: 'session' | 'user'; readonly id: string } | { readonly kind: 'everything' }

/** The answer to one heartbeat. */
export interface Beat {
  /** What was committed since the beat before, each change at least once, in no order. */
  readonly changes: readonly Change[]
  /** False when changes may have been missed since then: at the first beat, and after every break. */
  readonly continuous: boolean
}

/** Told by a feed between two beats. */
export interface FeedListener {
  /** Another node says that it has changed something: a beat now would bring it. Only a hint: it may never come. */
  hinted(): void
  /** The feed broke: nothing is heard until it stands again, and the beat that finds it standing is not continuous. */
  broke(): void
  /** The feed and the store were found on different primaries: what was heard is not about what is read. */
  misled(): void
}

/**
 * Where a node hears what others changed, in answer to heartbeats.
 *
 * A beat proves two things: all that was acknowledged before it was *sent* has been delivered with it, and the database
 * that answered was still the one that may acknowledge writes, since it has confirmed one. `testing/contract/changes.ts`
 * is this interface's specification.
 *
 * @see Gray and Cheriton, "Leases: An Efficient Fault-Tolerant Mechanism for Distributed File Cache Consistency", SOSP 1989
 */
export interface ChangeFeed {
  /**
   * One round trip, outside any open transaction. One at a time. The first one, and the first after a failure, connects.
   *
   * @param leaseMs how long this node will trust the answer, counted from the call: told to those who wait for everybody
   * @throws StoreUnavailable, and any other failure: nothing is known any more, and the next beat is not continuous
   */
  beat(leaseMs: number): Promise<Beat>
  /** Has the one listener told what happens between beats. */
  listen(listener: FeedListener): void
  /** Tells the other nodes, once this returned and by and by, that a beat would bring something. Best effort. */
  hint(): void
  /** The longest lease that any node may hold now, in milliseconds; 0 when none does. @throws StoreUnavailable */
  longestLeaseMs(): Promise<number>
  /** Deletes what every node has heard long ago. @throws StoreUnavailable the next time will do */
  trim(): Promise<void>
}
