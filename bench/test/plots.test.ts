import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { draw, plotFiles, scatterOf } from '../page/plots-of.ts'
import { drawBars } from '../plots/bars.ts'
import { delayX, toldDelay } from '../plots/delay-axis.ts'
import { overlap, placeLabels } from '../plots/place.ts'
import { drawScatter } from '../plots/scatter.ts'
import { type Theme, THEMES } from '../plots/svg.ts'
import { samplePublished } from './sample.ts'

/** WCAG 2.2: the share of light that a colour gives back. */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (lighter + 0.05) / (darker + 0.05)
}

const [light] = THEMES as readonly [Theme, ...Theme[]]
const files = plotFiles(samplePublished())

describe('the drawings', () => {
  test('are two files each, for light pages and for dark ones', () => {
    assert.deepEqual([...files.keys()].toSorted(), [
      'benchmarks/peers-dark.svg',
      'benchmarks/peers-in-rotation-dark.svg',
      'benchmarks/peers-in-rotation-light.svg',
      'benchmarks/peers-light.svg',
      'benchmarks/speed-and-staleness-dark.svg',
      'benchmarks/speed-and-staleness-light.svg',
    ])
  })

  test('have words that stand out from the background [WCAG 2.2, 1.4.3], and marks too [1.4.11]', () => {
    for (const { background, text, muted, ours, theirs } of THEMES) {
      for (const color of [text, muted]) assert.ok(contrast(color, background) >= 4.5, `${color} on ${background}`)
      for (const color of [ours, theirs]) assert.ok(contrast(color, background) >= 3, `${color} on ${background}`)
    }
  })

  test('have letters of 11 pixels or more on a telephone of 360 pixels', () => {
    for (const [name, content] of files) {
      const width = Number(/viewBox="0 0 (\d+)/.exec(content)?.[1])
      const sizes = [...content.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => Number(size))
      assert.ok(sizes.length > 0 && Math.min(...sizes) * (360 / width) >= 11, name)
    }
  })

  test('say in words what they show, run nothing and fetch nothing', () => {
    for (const [name, content] of files) {
      assert.match(content, /role="img" aria-labelledby="title description"/, name)
      assert.match(content, /<title id="title">[^<]+<\/title>/, name)
      assert.match(content, /<desc id="description">[^<]*iron-session: 0.14/, name)
      assert.doesNotMatch(content, /<script|href|url\(|@import|\son\w+=/, name)
    }
  })

  test('escape the names that they are given', () => {
    const bar = { label: '<a> & "b"', ours: false, median: 1, min: 1, max: 1 }
    const drawn = drawBars({ kind: 'bars', name: 'x', title: '<t>', axis: '&', bars: [bar] }, light)
    assert.ok(drawn.includes('>&lt;a&gt; &amp; &quot;b&quot;</text>'))
    assert.ok(drawn.includes('>&lt;t&gt;</title>'))
  })

  test('hold every subject', () => {
    const plot = scatterOf(samplePublished())
    assert.ok(plot !== null && plot.points.length > 15)
    const drawn = draw(plot, light)
    const shown = [...drawn.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text).join(' ')
    for (const { label } of plot.points) assert.ok(shown.includes(label), label)
  })
})

describe('labels', () => {
  test('never lie on each other, on a point or over the edge, not even when all are of one place', () => {
    const within = { x: 0, y: 0, width: 640, height: 900 }
    const anchors = Array.from({ length: 25 }, (_none, index) => ({
      x: 50,
      y: 450 + (index % 3),
      width: 200,
      height: 25,
    }))
    const boxes = placeLabels(anchors, within, 7) ?? []
    assert.equal(boxes.length, 25)
    for (const [index, box] of boxes.entries()) {
      assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= 640 && box.y + box.height <= 900)
      for (const other of boxes.slice(index + 1)) assert.equal(overlap(box, other), false)
      for (const { x, y } of anchors) {
        assert.equal(overlap(box, { x: x - 7, y: y - 7, width: 14, height: 14 }), false)
      }
    }
  })

  test('that have no place are put nowhere, and the drawing grows', () => {
    const anchors = Array.from({ length: 3 }, () => ({ x: 5, y: 5, width: 200, height: 25 }))
    assert.equal(placeLabels(anchors, { x: 0, y: 0, width: 220, height: 40 }, 7), null)
    const point = { label: 'all in one place, and long enough for two lines', ours: true, speed: 1, stalenessMs: 1_000 }
    const points = Array.from({ length: 60 }, () => point)
    const drawn = drawScatter({ kind: 'scatter', name: 'x', title: 'x', points }, light)
    assert.ok(Number(/viewBox="0 0 640 (\d+)/.exec(drawn)?.[1]) > 60 * 50)
  })
})

describe('the axis of delays', () => {
  test('goes from none over decades to "until it expires"', () => {
    const x = delayX(0, 1_000)
    const places = [0, 1, 10, 1_000, 300_000, null].map(x)
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    )
    assert.equal(new Set(places).size, places.length)
    assert.equal(places[0], 0)
    assert.equal(places.at(-1), 1_000)
  })

  test('is told in the unit that reads best', () => {
    assert.deepEqual([0, 3.42, 1_500, 300_000, null].map(toldDelay), [
      '0 ms',
      '3.42 ms',
      '1.5 s',
      '5 min',
      'until it expires',
    ])
  })
})
