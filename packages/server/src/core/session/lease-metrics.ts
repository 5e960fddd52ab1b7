import type { LeaseCounts, LeasedSessions } from './leased-sessions.ts'

/** How one process answers checks: counts since its start, and how it stands now. Plain data. */
export interface LeaseMetrics extends Readonly<LeaseCounts> {
  /** The process, since each has a memory and a lease of its own. */
  readonly pid: number
  /** Sessions in memory now, what they are estimated to take, and how many went for want of room. */
  readonly cachedSessions: number
  readonly cachedBytes: number
  readonly evictions: number
  /** Whether checks may be answered from memory now. */
  readonly leaseLive: boolean
  /** Since the heartbeat that the lease is counted from was sent; null when there is none. */
  readonly leaseAgeMs: number | null
  /** How long the last heartbeat took: by so much, at least, changes are heard late. */
  readonly heartbeatMs: number | null
}

/** Reads the metrics of this process. */
export function leaseMetrics(leased: LeasedSessions, pid: number): LeaseMetrics {
  const { sessions, bytes, evictions, live, ageMs, heartbeatMs } = leased.state
  return {
    ...leased.counts,
    pid,
    cachedSessions: sessions,
    cachedBytes: bytes,
    evictions,
    leaseLive: live,
    leaseAgeMs: ageMs,
    heartbeatMs,
  }
}
