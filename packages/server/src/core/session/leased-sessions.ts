import type { Clock } from '../clock.ts'
import type { CachedSession } from './cached-session.ts'
import type { Beat, Change } from './change-feed.ts'
import { type Instant, instantOf, Lease } from './lease.ts'
import { type CacheLimits, SessionCache } from './session-cache.ts'
import type { SealedClaims } from './sealed-session.ts'
import type { FoundSession, SessionStore } from './session-store.ts'

/** Whatever the feed says, a session is read again after this long. */
const REREAD_MS = 60_000

/** A read of the store that is under way. Out of `#reads` it is spoiled: it answers those who wait, and nobody else. */
interface Read {
  readonly answer: Promise<FoundSession | null>
}

/** What is counted, from the start of the process. */
export interface LeaseCounts {
  hits: number
  misses: number
  /** Misses that were answered by a read which was under way for another. */
  joined: number
  /** Reads whose answer was not kept, because something changed meanwhile. */
  spoiled: number
  /** Heartbeats that were answered, and the changes that they brought. */
  beats: number
  changes: number
  lost: number
  regained: number
}

/**
 * Sessions from memory, under a lease.
 *
 * What makes it safe, in four rules:
 * 1. *Only under the lease.* An entry is used only while the lease runs. So it is at most as old as the lease: a change
 *    acknowledged before the heartbeat was sent came with its answer, and was taken in before the lease was renewed.
 * 2. *Changes reach reads too.* A change deletes the entry, and spoils the read that is under way for that session; a
 *    change of a user spoils every read, since nobody knows yet whose session a read will find.
 * 3. *Spoiled reads are not kept, and not joined.* They may have seen the state before the change. Those who began before
 *    it get that answer; those who come after begin a read of their own.
 * 4. *A gap empties everything.* With the first beat after a break of the feed, nobody can say what was missed. Until then
 *    the lease is not renewed, so rule 1 holds of what is remembered, and of what is read meanwhile.
 *
 * Everything between a look at the lease and the answer happens without an `await`, and so does taking in a beat.
 */
export class LeasedSessions {
  readonly counts: LeaseCounts = {
    hits: 0,
    misses: 0,
    joined: 0,
    spoiled: 0,
    beats: 0,
    changes: 0,
    lost: 0,
    regained: 0,
  }
  readonly #store: Pick<SessionStore, 'find'>
  readonly #clock: Pick<Clock, 'monotonicMs' | 'wallMs'>
  readonly #lease: Lease
  readonly #cache: SessionCache
  /** The reads under way that may be kept and joined, one a session: single flight. */
  readonly #reads = new Map<string, Read>()
  #holding = false
  #heartbeatMs: number | null = null

  constructor(
    store: Pick<SessionStore, 'find'>,
    clock: Pick<Clock, 'monotonicMs' | 'wallMs'>,
    options: { readonly leaseMs: number; readonly limits: CacheLimits },
  ) {
    this.#store = store
    this.#clock = clock
    this.#lease = new Lease(clock, options.leaseMs)
    this.#cache = new SessionCache(options.limits)
  }

  /** How long a heartbeat's answer is trusted, from its sending. */
  get leaseMs(): number {
    return this.#lease.lengthMs
  }

  /** How much is remembered now, how old the lease is, and how long its heartbeat took. */
  get state(): {
    readonly sessions: number
    readonly bytes: number
    readonly evictions: number
    readonly live: boolean
    readonly ageMs: number | null
    readonly heartbeatMs: number | null
  } {
    const { size, bytes, evictions } = this.#cache
    return {
      sessions: size,
      bytes,
      evictions,
      live: this.#lease.isLive(),
      ageMs: this.#lease.ageMs(),
      heartbeatMs: this.#heartbeatMs,
    }
  }

  /** The session as it is remembered, if an answer may be given from it now; otherwise null. Await nothing before you answer. */
  peek(sessionId: string, now: Instant = instantOf(this.#clock)): CachedSession | null {
    const entry = this.#cache.get(sessionId)
    if (entry === undefined || !this.#lease.isLive(now)) return null
    if (now.monotonicMs - entry.readAtMs > REREAD_MS) return null
    return entry
  }

  /** Counts an answer from memory. */
  noteHit(entry: CachedSession): void {
    this.counts.hits += 1
    entry.used = true
  }

  /**
   * Reads a session from the store, once for all who ask at a time, and remembers it. What was `joined` began before it was
   * asked for here, and may have seen less than the one who asks has: a secret that was rotated since, a use. So nobody may
   * be refused because of it; ask again, `alone`.
   *
   * A read is joined only under the lease: without one, a change may have been acknowledged between its start and now of
   * which nothing has come here. (A process that was stopped wakes up with the old answers of its reads still in its
   * sockets.)
   *
   * @throws StoreUnavailable, Busy
   */
  async find(
    sessionId: string,
    how?: 'alone',
    sealed?: SealedClaims,
  ): Promise<{ readonly found: FoundSession | null; readonly joined: boolean }> {
    this.counts.misses += 1
    const underWay = this.#reads.get(sessionId)
    if (underWay === undefined || !this.#lease.isLive() || how === 'alone') {
      return { found: await this.#read(sessionId, sealed), joined: false }
    }
    this.counts.joined += 1
    return { found: await underWay.answer, joined: true }
  }

  #read(sessionId: string, sealed?: SealedClaims): Promise<FoundSession | null> {
    const readAtMs = this.#clock.monotonicMs()
    const read: Read = {
      answer: this.#store.find(sessionId, sealed).then(
        (found) => {
          this.#settle(sessionId, read, found, readAtMs)
          return found
        },
        (failure: unknown) => {
          if (this.#reads.get(sessionId) === read) this.#reads.delete(sessionId)
          throw failure
        },
      ),
    }
    // In the place of an older one that could not be joined: changes must find the read that may be kept, and only that.
    this.#reads.set(sessionId, read)
    return read.answer
  }

  #settle(sessionId: string, read: Read, found: FoundSession | null, readAtMs: number): void {
    if (this.#reads.get(sessionId) !== read) {
      this.counts.spoiled += 1
      return
    }
    this.#reads.delete(sessionId)
    // That there is no such session is not remembered: it would be a list of whatever strangers ask for. Nor is one that
    // nobody has signed in to: each use of it is noted by way of the store.
    if (found !== null && found.user !== null && this.#lease.isLive()) this.#cache.set(found, readAtMs)
  }

  /** Takes in one change: nothing that was read before it is answered to anyone who asks from now on. */
  forget(change: Change): void {
    switch (change.kind) {
      case 'session':
        this.#cache.delete(change.id)
        this.#reads.delete(change.id)
        return
      case 'user':
        this.#cache.deleteByUser(change.id)
        this.#reads.clear()
        return
      case 'everything':
        this.#cache.clear()
        this.#reads.clear()
    }
  }

  /**
   * Takes in the answer to a heartbeat, and holds the lease from its sending on.
   *
   * @param sentAt when the heartbeat was sent: before anything else was done for it
   */
  renew(beat: Beat, sentAt: Instant): void {
    if (!beat.continuous) this.forget({ kind: 'everything' })
    for (const change of beat.changes) this.forget(change)
    this.#lease.renew(sentAt)
    this.counts.beats += 1
    this.counts.changes += beat.changes.length
    this.#heartbeatMs = this.#clock.monotonicMs() - sentAt.monotonicMs
    if (!this.#holding) this.counts.regained += 1
    this.#holding = true
  }

  /**
   * The feed broke. The lease is not renewed, and runs out in its time: it was given for that long, whatever comes. What was
   * missed is made up for by the next beat, which is not continuous.
   */
  interrupt(): void {
    if (this.#holding) this.counts.lost += 1
    this.#holding = false
  }

  /** Nothing that is remembered, and nothing that is being read, can be trusted any more: the lease ends at once. */
  lose(): void {
    this.#lease.end()
    this.forget({ kind: 'everything' })
    this.interrupt()
  }
}
