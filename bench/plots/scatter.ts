import { digits } from '../harness/report.ts'
import { placeLabels } from './place.ts'
import { delayTicks, delayX, toldDelay } from './delay-axis.ts'
import { element, svg, type Theme, widthOf, words } from './svg.ts'

/** At 360 pixels, the width of a telephone, the letters are 11 pixels high. */
const WIDTH = 640
const FONT = 20
const RADIUS = 7
const LINE = 25
const LEFT = 64
const TOP = 70
/** So much height for each label. */
const ROOM = 42
/** Longer names are broken at a comma. */
const LONGEST = 26
const SPEED_TICKS = [5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001]

/** One way to know who is signed in. */
export interface Point {
  readonly label: string
  readonly ours: boolean
  /** Requests a second against the bare server's. */
  readonly speed: number
  /** For how long after a revocation another node still says yes; null: until the session or the token expires. */
  readonly stalenessMs: number | null
}

/** Speed upwards, staleness to the right. */
export interface Scatter {
  readonly kind: 'scatter'
  readonly name: string
  readonly title: string
  readonly points: readonly Point[]
}

/** Draws points with their names beside them, as high as it takes for all names to have a place. */
export function drawScatter(plot: Scatter, theme: Theme): string {
  let height = Math.max(420, plot.points.length * ROOM)
  for (;;) {
    const drawn = drawAt(plot, theme, height)
    if (drawn !== null) return drawn
    height *= 1.1
  }
}

function drawAt({ title, points }: Scatter, theme: Theme, height: number): string | null {
  const bottom = TOP + height
  const y = speedY(points, TOP, bottom - 3 * LINE)
  const x = delayX(LEFT + 2 * RADIUS, WIDTH - 2 * RADIUS)
  const named = drawPoints(points, x, y, { top: TOP - 10, bottom: bottom - 2 }, theme)
  if (named === null) return null
  const lines = [
    words('↑ requests/s, 1 is the bare server (logarithmic)', 8, 24, { fill: theme.muted }),
    words('→ how long a revoked session is still accepted', 8, 50, { fill: theme.muted }),
  ]
  for (const tick of SPEED_TICKS) {
    if (y(tick) < TOP - 1 || y(tick) > bottom) continue
    lines.push(element('line', { x1: LEFT, x2: WIDTH, y1: y(tick), y2: y(tick), stroke: theme.grid }))
    lines.push(words(String(tick), LEFT - 8, y(tick) + 7, { fill: theme.muted, 'text-anchor': 'end' }))
  }
  for (const { delayMs, label } of delayTicks) {
    const at = x(delayMs)
    const anchor = delayMs === null ? 'end' : 'middle'
    lines.push(element('line', { x1: at, x2: at, y1: TOP, y2: bottom, stroke: theme.grid, 'stroke-dasharray': '2 4' }))
    const edge = delayMs === null ? WIDTH - 4 : at
    lines.push(words(label, edge, bottom + 26, { fill: theme.muted, 'text-anchor': anchor }))
  }
  lines.push(...named)
  const description = points
    .map(({ label, speed, stalenessMs }) => `${label}: ${digits(speed)} of the bare server, ${toldDelay(stalenessMs)}`)
    .join('; ')
  return svg({ width: WIDTH, height: bottom + 40, fontSize: FONT, title, description: `${description}.` }, theme, lines)
}

/** Logarithmic, as twice as fast is twice as fast anywhere; from the slowest to the bare server, or to what is faster. */
function speedY(points: readonly Point[], top: number, bottom: number): (speed: number) => number {
  const speeds = points.map(({ speed }) => Math.log(speed))
  const [least, most] = [Math.min(Math.log(0.5), ...speeds), Math.max(0, ...speeds)]
  return (speed) => top + ((most - Math.log(speed)) / (most - least)) * (bottom - top)
}

function drawPoints(
  points: readonly Point[],
  x: (delayMs: number | null) => number,
  y: (speed: number) => number,
  { top, bottom }: { readonly top: number; readonly bottom: number },
  theme: Theme,
): string[] | null {
  const anchors = points.map(({ label, ours, speed, stalenessMs }) => ({
    x: x(stalenessMs),
    y: y(speed),
    width: Math.max(...inLines(label).map((line) => widthOf(line, FONT, ours))),
    height: inLines(label).length * LINE,
  }))
  const within = { x: LEFT, y: top, width: WIDTH - LEFT - 4, height: bottom - top }
  const labels = placeLabels(anchors, within, RADIUS)
  if (labels === null) return null
  const drawn = points.map(({ label, ours, speed, stalenessMs }, index) => {
    const box = labels[index] ?? { x: 0, y: 0, width: 0, height: 0 }
    const at = { x: x(stalenessMs), y: y(speed) }
    const near = { x: Math.min(Math.max(at.x, box.x), box.x + box.width), y: box.y + box.height / 2 }
    const fill = ours ? theme.ours : theme.theirs
    // Its width is only roughly known, so the words end where the line from the point arrives.
    const leftward = box.x + box.width <= at.x
    return {
      leader: element('line', { x1: at.x, y1: at.y, x2: near.x, y2: near.y, stroke: fill, 'stroke-width': 1.5 }),
      halo: element('rect', { ...box, fill: theme.background }),
      // Ours are squares and bold: told apart without colour too.
      mark: ours
        ? element('rect', { x: at.x - RADIUS, y: at.y - RADIUS, width: 2 * RADIUS, height: 2 * RADIUS, fill })
        : element('circle', { cx: at.x, cy: at.y, r: RADIUS, fill }),
      label: inLines(label)
        .map((line, row) =>
          words(line, leftward ? box.x + box.width : box.x, box.y + FONT - 1 + row * LINE, {
            ...(leftward ? { 'text-anchor': 'end' } : {}),
            ...(ours ? { 'font-weight': 'bold' } : {}),
          }),
        )
        .join(''),
    }
  })
  return [
    ...drawn.map(({ leader }) => leader),
    ...drawn.map(({ halo }) => halo),
    ...drawn.map(({ mark }) => mark),
    ...drawn.map(({ label }) => label),
  ]
}

/** A name in one line, or in two that are about as long as each other. */
function inLines(label: string): readonly string[] {
  const commas = [...label.matchAll(/, /g)].map(({ index }) => index + 1)
  const [middle] = commas.toSorted((a, b) => Math.abs(a - label.length / 2) - Math.abs(b - label.length / 2))
  if (label.length <= LONGEST || middle === undefined) return [label]
  return [label.slice(0, middle), label.slice(middle + 1)]
}
