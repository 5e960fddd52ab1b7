import type { Report } from '../harness/report.ts'

/** For whom these are is told elsewhere: they help to judge a run, not to choose. */
const LEFT_OUT = new Set(['share of core', 'ratio by CPU'])

/** A table in GitHub's Markdown: the first column to the left, the rest to the right where all of it are numbers. */
export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  const sides = columns.map((_column, index) =>
    index > 0 && rows.every((row) => numeric(row[index])) ? '---:' : '---',
  )
  return [
    line(columns),
    line(sides),
    ...rows.map((row) => line(columns.map((_column, index) => row[index] ?? ''))),
  ].join('\n')
}

/** The columns of a report that readers need, of all rows. */
export function reportTable({ columns, rows }: Report): string {
  const kept = columns.flatMap((column, index) => (LEFT_OUT.has(column) ? [] : [index]))
  const pick = (cells: readonly string[]): string[] => kept.map((index) => cells[index] ?? '')
  return table(pick(columns), rows.map(pick))
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')
}

function numeric(text = ''): boolean {
  return text === '' || /^[\d,.–()\s−+-]+\S{0,4}$/.test(text)
}
