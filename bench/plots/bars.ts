import { digits } from '../harness/report.ts'
import type { Spread } from '../harness/statistics.ts'
import { element, svg, type Theme, words, widthOf } from './svg.ts'

/** At 360 pixels, the width of a telephone, the letters are 11 pixels high. */
const WIDTH = 480
const FONT = 15
const MARGIN = 12
const ROW = 44
const BAR = 12
const VALUE = 52

/** One bar: the median, with a whisker from minimum to maximum. */
export interface Bar extends Spread {
  readonly label: string
  readonly ours: boolean
}

/** Horizontal bars from zero. */
export interface Bars {
  readonly kind: 'bars'
  readonly name: string
  readonly title: string
  /** What the length of a bar is. */
  readonly axis: string
  readonly bars: readonly Bar[]
}

/** Draws bars, in their order. */
export function drawBars({ title, axis, bars }: Bars, theme: Theme): string {
  const most = Math.max(...bars.map(({ max }) => max))
  const step = stepOf(most)
  const x = (value: number): number => MARGIN + (value / most) * (WIDTH - 2 * MARGIN - VALUE)
  const top = FONT + 2 * MARGIN
  const bottom = top + bars.length * ROW
  const lines = [words(axis, MARGIN, FONT + MARGIN / 2, { fill: theme.muted })]
  for (let tick = 0; tick <= most * 1.0001; tick += step) {
    lines.push(element('line', { x1: x(tick), x2: x(tick), y1: top, y2: bottom, stroke: theme.grid }))
    const anchor = tick === 0 ? 'start' : 'middle'
    lines.push(words(digits(tick), x(tick), bottom + FONT + 3, { fill: theme.muted, 'text-anchor': anchor }))
  }
  bars.forEach((bar, index) => lines.push(...drawBar(bar, top + index * ROW, x, theme)))
  const description = `${axis}. ${bars.map(({ label, median, min, max }) => `${label}: ${digits(median)}, from ${digits(min)} to ${digits(max)}`).join('; ')}.`
  return svg({ width: WIDTH, height: bottom + FONT + MARGIN, fontSize: FONT, title, description }, theme, lines)
}

function drawBar(
  { label, ours, median, min, max }: Bar,
  y: number,
  x: (value: number) => number,
  theme: Theme,
): string[] {
  const middle = y + FONT + 6 + BAR / 2
  const whisker = { stroke: theme.text, 'stroke-width': 1.5 }
  const end = (value: number): string =>
    element('line', { x1: x(value), x2: x(value), y1: middle - 4, y2: middle + 4, ...whisker })
  return [
    // Behind the words, so that no line of the grid runs through a letter.
    element('rect', { x: x(0), y: y + 2, width: widthOf(label, FONT, ours), height: FONT + 2, fill: theme.background }),
    words(label, x(0), y + FONT, ours ? { 'font-weight': 'bold' } : {}),
    element('rect', {
      x: x(0),
      y: middle - BAR / 2,
      width: x(median) - x(0),
      height: BAR,
      fill: ours ? theme.ours : theme.theirs,
    }),
    element('line', { x1: x(min), x2: x(max), y1: middle, y2: middle, ...whisker }),
    end(min),
    end(max),
    words(digits(median), x(max) + 6, middle + FONT / 3, ours ? { 'font-weight': 'bold' } : {}),
  ]
}

/** A round number that divides the axis into two to five. */
function stepOf(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most))
  return [0.2, 0.25, 0.5, 1, 2, 2.5, 5].map((factor) => factor * power).find((step) => most / step < 5) ?? most
}
