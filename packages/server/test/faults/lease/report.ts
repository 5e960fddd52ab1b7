import type { Verdict } from './judge.ts'

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

/** A verdict on one line. */
export function describeVerdict(name: string, verdict: Verdict): string {
  const ms = (value: number): string => value.toFixed(1)
  const worst = [...verdict.worst].map(([how, value]) => `${how} ${ms(value)}`).join(', ')
  const { lags } = verdict
  return (
    `${name}: ${verdict.acknowledged} revocations acknowledged (${verdict.unacknowledged} not), ${verdict.checks} checks ` +
    `(${verdict.unavailable} × 503 or no answer), lag at other nodes p50 ${ms(quantile(lags, 0.5))} ` +
    `p99 ${ms(quantile(lags, 0.99))} max ${ms(quantile(lags, 1))} ms of ${lags.length}; worst by way: ${worst}; ` +
    `same node asked ${verdict.sameNodeAsked} times; ${verdict.violations.length} violations`
  )
}
