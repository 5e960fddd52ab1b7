import { digits } from '../harness/report.ts'

/** The first part of the axis is for zero, the last for what lasts until expiry; between them, decades. */
const ZERO_SHARE = 0.09
const EXPIRY_SHARE = 0.18
const FROM_MS = 1
const TO_MS = 1_000_000

/** What is written under the axis; null is "until it expires". */
export const delayTicks: readonly { readonly delayMs: number | null; readonly label: string }[] = [
  { delayMs: 0, label: '0' },
  { delayMs: 1, label: '1 ms' },
  { delayMs: 100, label: '100 ms' },
  { delayMs: 10_000, label: '10 s' },
  { delayMs: 600_000, label: '10 min' },
  { delayMs: null, label: 'expiry' },
]

/** Where a delay is between two ends of a logarithmic axis that also has a zero and an "until expiry". */
export function delayX(left: number, right: number): (delayMs: number | null) => number {
  const width = right - left
  const first = left + ZERO_SHARE * width
  const last = right - EXPIRY_SHARE * width
  return (delayMs) => {
    if (delayMs === null) return right
    if (delayMs <= 0) return left
    const decades = Math.log10(Math.min(Math.max(delayMs, FROM_MS), TO_MS) / FROM_MS)
    return first + (decades / Math.log10(TO_MS / FROM_MS)) * (last - first)
  }
}

/** A delay in words. */
export function toldDelay(delayMs: number | null): string {
  if (delayMs === null) return 'until it expires'
  if (delayMs < 1_000) return `${digits(delayMs)} ms`
  return delayMs < 120_000 ? `${digits(delayMs / 1_000)} s` : `${digits(delayMs / 60_000)} min`
}
