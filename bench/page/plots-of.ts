import type { Kept, Published } from '../harness/kept.ts'
import { firstRuns, isOurs, ratiosToFirst, runsOf } from '../harness/runs.ts'
import { type Bars, drawBars } from '../plots/bars.ts'
import { drawScatter, type Scatter } from '../plots/scatter.ts'
import { type Theme, THEMES } from '../plots/svg.ts'
import { stalenessOf } from './staleness-of.ts'

/** A drawing before it is drawn. */
export type Plot = Bars | Scatter

const AGAINST_BARE = 'Requests a second, against the bare server; higher is better'

/** The suites whose first table is drawn as bars. */
const DRAWN: Readonly<Record<string, string>> = {
  peers: AGAINST_BARE,
  'peers-in-rotation': AGAINST_BARE,
  checks: AGAINST_BARE,
  sealed: AGAINST_BARE,
  growth: 'Requests a second, against the fewest sessions stored',
  workers: 'Requests a second, against the first row',
}

/** The bars of a suite: its first report that is an interleaved measurement, if it is one of those that are drawn. */
export function barsOf({ suite, reports }: Kept): Bars | null {
  const axis = DRAWN[suite]
  const report = reports.find(({ data }) => runsOf(data) !== null)
  const runs = report === undefined ? null : runsOf(report.data)
  if (axis === undefined || report === undefined || runs === null) return null
  const bars = ratiosToFirst(runs).map((ratio) => ({ ...ratio, label: ratio.name, ours: isOurs(ratio) }))
  return { kind: 'bars', name: suite, title: report.title, axis, bars }
}

/** Speed against staleness, of the subjects of which both were measured; null while there are none. */
export function scatterOf({ suites }: Published): Scatter | null {
  // Of one session, whoever reads it once for all who ask at a time would seem faster than in life.
  const peers = firstRuns(suites.find(({ suite }) => suite === 'peers-in-rotation')?.reports ?? [])
  const staleness = suites.find(({ suite }) => suite === 'staleness')
  if (peers === null || staleness === undefined) return null
  const delays = stalenessOf(staleness)
  const points = ratiosToFirst(peers).flatMap((ratio) => {
    const stalenessMs = delays.get(ratio.id)
    if (stalenessMs === undefined) return []
    return [{ label: ratio.name, ours: isOurs(ratio), speed: ratio.median, stalenessMs }]
  })
  return points.length === 0
    ? null
    : { kind: 'scatter', name: 'speed-and-staleness', title: 'Speed beside staleness', points }
}

/** Draws it. */
export function draw(plot: Plot, theme: Theme): string {
  return plot.kind === 'bars' ? drawBars(plot, theme) : drawScatter(plot, theme)
}

/** Where its two files are, from docs/. */
export function plotFile({ name }: Plot, theme: Theme['name']): string {
  return `benchmarks/${name}-${theme}.svg`
}

/** Every file of every plot: path from docs/, and content. */
export function plotFiles(published: Published): ReadonlyMap<string, string> {
  const plots = [scatterOf(published), ...published.suites.map(barsOf)].filter((plot) => plot !== null)
  return new Map(
    plots.flatMap((plot) => THEMES.map((theme) => [plotFile(plot, theme.name), draw(plot, theme)] as const)),
  )
}
