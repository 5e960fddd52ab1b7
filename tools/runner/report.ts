import path from 'node:path'
import { styleText } from 'node:util'
import type { FileRun } from './run-file.ts'

/** Numbers of a whole run. */
export interface Totals {
  passed: number
  failed: number
  skipped: number
}

function indent(text: string, by: string): string {
  return text.trimEnd().replaceAll(/^(?=.)/gm, by)
}

function color(name: 'red' | 'green' | 'dim', text: string): string {
  return process.stdout.isTTY ? styleText(name, text) : text
}

/** The last line of a run: machines read it. */
export function summaryLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** One line for a file that went well; its failures and all that it printed for one that did not. */
export function describeRun(root: string, run: FileRun): string {
  const name = path.relative(root, run.file)
  const seconds = color('dim', `${(run.durationMs / 1000).toFixed(1)} s`)
  const bad = run.failures.length > 0 || run.failed > 0
  const head = `${bad ? color('red', '✘') : color('green', '✔')} ${name}: ${summaryLine(run)}  ${seconds}`
  const told = run.diagnostics.map((text) => `  ${color('dim', `· ${text}`)}`)
  if (!bad) return [head, ...told].join('\n')
  const failures = run.failures.map(({ title, where, text }) => {
    const place = where === '' ? '' : color('dim', `  ${path.relative(root, where)}`)
    return `  ${color('red', '✘')} ${title}${place}\n${indent(text, '      ')}`
  })
  const printed = run.output.trim() === '' ? [] : [`  it printed:\n${indent(run.output, '      ')}`]
  return [head, ...told, ...failures, ...printed].join('\n') + '\n'
}
