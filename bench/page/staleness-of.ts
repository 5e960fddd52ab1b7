import type { Kept } from '../harness/kept.ts'
import { spread } from '../harness/statistics.ts'

/** What the staleness suite measured of one subject. */
interface Measured {
  /** From the acknowledged revocation to the last yes of the other node, one for each try. */
  readonly delaysMs: readonly number[]
  /** Whether the other node said yes until the measurement gave up: then it says so until the session expires. */
  readonly untilExpiry?: boolean
}

/** By the ID of the subject, the median of how long another node still said yes; null: until expiry. */
export function stalenessOf({ reports }: Kept): ReadonlyMap<string, number | null> {
  const found = new Map<string, number | null>()
  for (const { data } of reports) {
    if (typeof data !== 'object' || data === null) continue
    for (const [id, measured] of Object.entries(data)) {
      if (!isMeasured(measured)) continue
      found.set(id, measured.untilExpiry === true ? null : spread(measured.delaysMs).median)
    }
  }
  return found
}

function isMeasured(value: unknown): value is Measured {
  return typeof value === 'object' && value !== null && 'delaysMs' in value && Array.isArray(value.delaysMs)
}
