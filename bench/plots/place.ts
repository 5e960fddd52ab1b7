/** A rectangle, from its upper left corner. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A point with the size of what is to be written beside it. */
export interface Anchor {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Whether two rectangles share any of their area. */
export function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/**
 * Puts a label beside each point, nearest first, so that it covers neither a label nor a point nor the edge.
 *
 * Greedy: from the top down, each takes the nearest place that is left, on the right, on the left, then higher or lower.
 *
 * @param radius  of the points
 * @returns the rectangles, in the order of the points; null where there is no place left: the drawing has to be larger
 */
export function placeLabels(anchors: readonly Anchor[], within: Box, radius: number): readonly Box[] | null {
  const points = anchors.map(({ x, y }): Box => ({
    x: x - radius,
    y: y - radius,
    width: 2 * radius,
    height: 2 * radius,
  }))
  const taken: Box[] = []
  const placed = new Map<Anchor, Box>()
  for (const anchor of anchors.toSorted((a, b) => a.y - b.y || a.x - b.x)) {
    const box = candidates(anchor, radius, within)
      .filter((candidate) => inside(candidate, within))
      .find((candidate) => ![...points, ...taken].some((other) => overlap(candidate, other)))
    if (box === undefined) return null
    taken.push(box)
    placed.set(anchor, box)
  }
  return anchors.flatMap((anchor) => placed.get(anchor) ?? [])
}

function inside(box: Box, within: Box): boolean {
  return (
    box.x >= within.x &&
    box.y >= within.y &&
    box.x + box.width <= within.x + within.width &&
    box.y + box.height <= within.y + within.height
  )
}

function candidates({ x, y, width, height }: Anchor, radius: number, within: Box): readonly Box[] {
  const gap = radius + 5
  const found: (Box & { readonly cost: number })[] = []
  for (let shift = 0; shift < within.height; shift += 6) {
    for (const sign of shift === 0 ? [1] : [1, -1]) {
      const top = y - height / 2 + sign * shift
      // Further out there is room for a line from the point; right beside it, none is needed.
      for (const away of [gap, 2.5 * gap, 5 * gap]) {
        found.push({ x: x + away, y: top, width, height, cost: shift + away })
        found.push({ x: x - away - width, y: top, width, height, cost: shift + away + 1 })
      }
      const middle = Math.max(within.x, Math.min(x - width / 2, within.x + within.width - width))
      found.push({ x: middle, y: top, width, height, cost: shift + gap + 2 })
    }
  }
  return found.toSorted((a, b) => a.cost - b.cost)
}
