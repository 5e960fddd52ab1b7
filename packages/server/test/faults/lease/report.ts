import type { Lag, Verdict } from './judge.ts'

/** The verdicts of several histories over the same nodes as one. */
export function mergeVerdicts(verdicts: readonly Verdict[]): Verdict {
  const sum = (of: (verdict: Verdict) => number): number => verdicts.reduce((total, each) => total + of(each), 0)
  const worst = new Map<string, number>()
  for (const verdict of verdicts) {
    for (const [how, ms] of verdict.worst) worst.set(how, Math.max(ms, worst.get(how) ?? 0))
  }
  return {
    acknowledged: sum(({ acknowledged }) => acknowledged),
    unacknowledged: sum(({ unacknowledged }) => unacknowledged),
    checks: sum(({ checks }) => checks),
    unavailable: sum(({ unavailable }) => unavailable),
    lags: verdicts.flatMap(({ lags }) => lags),
    sameNodeAsked: sum(({ sameNodeAsked }) => sameNodeAsked),
    worst,
    violations: verdicts.flatMap(({ violations }) => violations),
  }
}

/** The value below which a share of the numbers lies (nearest rank); 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

/** The lags of revocations that a node was asked for, or of those typed as SQL, in milliseconds. */
export function lagsOf({ lags }: { readonly lags: readonly Lag[] }, hinted: boolean): readonly number[] {
  return lags.filter((lag) => lag.hinted === hinted).map(({ ms }) => ms)
}

/** A verdict on one line. */
export function describeVerdict(name: string, verdict: Verdict): string {
  const worst = [...verdict.worst].map(([how, value]) => `${how} ${value.toFixed(0)}`).join(', ')
  return (
    `${name}: ${verdict.acknowledged} revocations acknowledged (${verdict.unacknowledged} not), ${verdict.checks} checks ` +
    `(${verdict.unavailable} × 503 or no answer); lag at other nodes, by request ${describeLags(lagsOf(verdict, true))}, ` +
    `by SQL ${describeLags(lagsOf(verdict, false))}; worst by way: ${worst}; ` +
    `same node asked ${verdict.sameNodeAsked} times; ${verdict.violations.length} violations`
  )
}

function describeLags(lags: readonly number[]): string {
  const at = (share: number): string => quantile(lags, share).toFixed(1)
  return `p50 ${at(0.5)} p99 ${at(0.99)} max ${at(1)} ms of ${lags.length}`
}
