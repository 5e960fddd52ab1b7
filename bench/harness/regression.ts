import { told } from './report.ts'
import { isOurs, type Ratio } from './runs.ts'
import type { Spread } from './statistics.ts'

/** What became of one subject's ratio. */
export interface Verdict {
  readonly id: string
  readonly name: string
  readonly before: Spread | null
  readonly now: Spread | null
  /** `within`: the ranges from minimum to maximum touch or overlap, so that this run tells no difference. */
  readonly moved: 'up' | 'down' | 'within' | 'missing' | 'new'
}

/**
 * Compares ratios with those of before, by ID. A ratio has moved when the two ranges, each from minimum to maximum, have nothing
 * in common: every round of one run is beyond every round of the other.
 */
export function compareRatios(before: readonly Ratio[], now: readonly Ratio[]): readonly Verdict[] {
  const subjects = new Map([...before, ...now].map((ratio) => [ratio.id, ratio]))
  return [...subjects.values()].map(({ id, name }) => {
    const [then = null, since = null] = [before, now].map((of) => of.find((ratio) => ratio.id === id))
    return { id, name, before: then, now: since, moved: movement(then, since) }
  })
}

/** Whether it is a reason to fail: one of Coatcheck's ratios fell, or is no longer there. What peers do is only told. */
export function isRegression(verdict: Verdict): boolean {
  return isOurs(verdict) && (verdict.moved === 'down' || verdict.moved === 'missing')
}

/** The rows of a table for people. */
export function verdictRows(verdicts: readonly Verdict[]): readonly (readonly string[])[] {
  const words = {
    up: 'up',
    down: 'DOWN',
    within: 'within the spread',
    missing: 'not measured',
    new: 'not known before',
  }
  const text = (spread: Spread | null): string => (spread === null ? '' : told(spread))
  return verdicts.map(({ name, before, now, moved }) => [name, text(before), text(now), words[moved]])
}

function movement(before: Spread | null, now: Spread | null): Verdict['moved'] {
  if (now === null || Number.isNaN(now.median)) return 'missing'
  if (before === null) return 'new'
  if (now.min > before.max) return 'up'
  return now.max < before.min ? 'down' : 'within'
}
