import { quantile, spread } from './statistics.ts'

const LINE = 160
const DIGITS = 4
/** A list of more numbers than this is told by five of them. */
const LONGEST_LIST = 100

/** JSON with whatever fits on one line, so that a difference can be read. */
export function readableJson(value: unknown): string {
  return `${written(value, '')}\n`
}

function written(value: unknown, indent: string): string {
  const line = JSON.stringify(value) ?? 'null'
  if (typeof value !== 'object' || value === null || indent.length + line.length <= LINE) return line
  const inner = `${indent} `
  const items = Array.isArray(value)
    ? value.map((item) => written(item, inner))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([name, item]) => `${JSON.stringify(name)}: ${written(item, inner)}`)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return `${open}\n${items.map((item) => `${inner}${item}`).join(',\n')}\n${indent}${close}`
}

/** The same with numbers of four significant digits, and of long lists of numbers only count, minimum, p50, p99 and maximum. */
export function rounded(value: unknown): unknown {
  if (typeof value === 'number')
    return Math.abs(value) >= 10 ** DIGITS ? Math.round(value) : Number(value.toPrecision(DIGITS))
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value
    const numbers = items.filter((item) => typeof item === 'number')
    if (items.length <= LONGEST_LIST || numbers.length < items.length) return items.map(rounded)
    const { min, max } = spread(numbers)
    return rounded({ count: numbers.length, min, p50: quantile(numbers, 0.5), p99: quantile(numbers, 0.99), max })
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, rounded(item)]))
}
