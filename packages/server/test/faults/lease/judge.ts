import type { Check, History, Revocation } from './history.ts'

/** What must never happen. */
export interface Violation {
  /**
   * `same-node`: the node that had acknowledged accepted a check that started later. `late`: another node did, more than
   * L later. `lost`: a session that nobody had begun to revoke was called signed out. `broken`: neither yes, no nor 503.
   */
  readonly kind: 'same-node' | 'late' | 'lost' | 'broken'
  /** How long after the acknowledgement the accepted check started, in milliseconds; 0 where that says nothing. */
  readonly ms: number
  readonly text: string
}

/** How late another node was to refuse, in milliseconds. */
export interface Lag {
  readonly ms: number
  /** Whether a node was asked to revoke: it gives the others a hint, and who types SQL does not. */
  readonly hinted: boolean
}

/** What a history comes to. */
export interface Verdict {
  /** Revocations that were acknowledged. */
  readonly acknowledged: number
  readonly unacknowledged: number
  readonly checks: number
  readonly unavailable: number
  /**
   * Of each acknowledged revocation and each other node that said yes or no afterwards: how long after the
   * acknowledgement the last accepted check started, in milliseconds; 0 when none was accepted.
   */
  readonly lags: readonly Lag[]
  /** Acknowledged revocations after which the acknowledging node was asked again, and said yes or no. */
  readonly sameNodeAsked: number
  /** The longest of `lags` by the way of revoking. */
  readonly worst: ReadonlyMap<string, number>
  readonly violations: readonly Violation[]
}

/** Reads a history. Pure: `leaseMs` is L. */
export function judge(history: History, leaseMs: number): Verdict {
  const checksOf = Map.groupBy(history.checks, ({ session }) => session)
  const violations = [...brokenAnswers(history), ...lostSessions(history)]
  const lags: Lag[] = []
  const worst = new Map<string, number>()
  let sameNodeAsked = 0
  const acknowledged = history.revocations.filter(({ ackedAt }) => ackedAt !== null)
  for (const revocation of acknowledged) {
    for (const session of revocation.sessions) {
      for (const [node, lag] of lagByNode(checksOf.get(session) ?? [], revocation.ackedAt ?? 0)) {
        const sameNode = node === revocation.node
        if (sameNode) sameNodeAsked += 1
        else {
          lags.push({ ms: lag ?? 0, hinted: revocation.node !== null })
          worst.set(revocation.how, Math.max(lag ?? 0, worst.get(revocation.how) ?? 0))
        }
        if (lag === null || (!sameNode && lag <= leaseMs)) continue
        violations.push({ kind: sameNode ? 'same-node' : 'late', ms: lag, text: tell(revocation, session, node, lag) })
      }
    }
  }
  return {
    acknowledged: acknowledged.length,
    unacknowledged: history.revocations.length - acknowledged.length,
    checks: history.checks.length,
    unavailable: history.checks.filter(({ answer }) => answer === 'unavailable').length,
    lags,
    sameNodeAsked,
    worst,
    violations,
  }
}

/** By node: how long after `ackedAt` the last accepted check started, null when none was. Nodes that never knew are left out. */
function lagByNode(checks: readonly Check[], ackedAt: number): ReadonlyMap<string, number | null> {
  const lags = new Map<string, number | null>()
  for (const { node, start, answer } of checks) {
    if (start <= ackedAt || (answer !== 'valid' && answer !== 'signed-out')) continue
    const known = lags.get(node) ?? null
    lags.set(node, answer === 'valid' ? Math.max(start - ackedAt, known ?? 0) : known)
  }
  return lags
}

function* brokenAnswers({ checks }: History): Iterable<Violation> {
  for (const { node, session, answer } of checks) {
    if (answer === 'broken') yield { kind: 'broken', ms: 0, text: `${node} gave a check of ${session} no fit answer` }
  }
}

function* lostSessions({ checks, revocations }: History): Iterable<Violation> {
  const begun = new Map<string, number>()
  for (const { sessions, start } of revocations) {
    for (const session of sessions) begun.set(session, Math.min(start, begun.get(session) ?? Infinity))
  }
  for (const { node, session, end, answer } of checks) {
    if (answer !== 'signed-out' || end >= (begun.get(session) ?? Infinity)) continue
    yield { kind: 'lost', ms: 0, text: `${node} called ${session} signed out, which nobody had begun to revoke` }
  }
}

function tell({ how, node: by }: Revocation, session: string, node: string, lag: number): string {
  const who = by === null ? how : `${how} at ${by}`
  return `${session}: revoked by ${who}; ${node} accepted a check that started ${lag.toFixed(1)} ms after the acknowledgement`
}
