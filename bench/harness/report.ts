import { ratios, spread, type Spread } from './statistics.ts'
import { againstReference, type Rates, type Run } from './rounds.ts'

/** A table for people, and the numbers behind it for programs. */
export interface Report {
  readonly title: string
  /** How to read it, and what it does not say. */
  readonly notes: readonly string[]
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly data: unknown
}

/** Bytes. */
export const MIB = 1_048_576

/** A number with three significant digits, thousands separated. */
export function digits(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}

/** Median, and in parentheses minimum to maximum. */
export function told({ median, min, max }: Spread): string {
  return `${digits(median)} (${digits(min)}–${digits(max)})`
}

/** The table of an interleaved run; ratios are against the first subject, round by round. */
export function compare(
  title: string,
  names: readonly string[],
  runs: readonly (readonly Run[])[],
  notes: readonly string[],
): Report {
  const of = (index: number, field: Exclude<keyof Run, 'reference'>): number[] =>
    (runs[index] ?? []).map((one) => one[field])
  const rate = (index: number, field: keyof Rates): Spread => {
    const { values, references } = againstReference(runs[index] ?? [], runs[0] ?? [], field)
    return ratios(values, references)
  }
  const inverse = ({ median, min, max }: Spread): Spread => ({ median: 1 / median, min: 1 / max, max: 1 / min })
  const rows = names.map((name, index) => [
    name,
    told(spread(of(index, 'requestsPerSecond'))),
    told(rate(index, 'requestsPerSecond')),
    told(spread(of(index, 'share'))),
    told(spread(of(index, 'cpuUs'))),
    // The other way round, so that it reads as the ratio of rates that an idle machine would give.
    told(inverse(rate(index, 'cpuUs'))),
    told(spread(of(index, 'p50'))),
    told(spread(of(index, 'p99'))),
  ])
  const columns = [
    'subject',
    'requests/s',
    'ratio',
    'share of core',
    'CPU µs a request',
    'ratio by CPU',
    'p50 ms',
    'p99 ms',
  ]
  return { title, notes, columns, rows, data: Object.fromEntries(names.map((name, index) => [name, runs[index]])) }
}

/** Prints a report. */
export function print({ title, notes, columns, rows }: Report): void {
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ')
  console.log(`\n${title}\n`)
  console.log(line(columns))
  for (const row of rows) console.log(line(row))
  for (const note of notes) console.log(`· ${note}`)
}
