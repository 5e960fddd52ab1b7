import type { Kept, Published } from '../harness/kept.ts'
import { toldDelay } from '../plots/delay-axis.ts'
import { digits } from '../harness/report.ts'
import { reportTable, table } from './markdown.ts'
import { measuredOn, whereMeasured } from './measured.ts'
import { peerTable } from './peer-table.ts'
import { barsOf, type Plot, plotFile, scatterOf } from './plots-of.ts'
import { restOf, type Section, SECTIONS } from './sections.ts'
import { HOW_TO_READ, INTRODUCTION, MAIN_WORDS, PEERS_WORDS, WHAT_IT_DOES_NOT_SHOW } from './words.ts'

/** The page, from nothing but the committed results. */
export function benchmarksPage(published: Published): string {
  const sections = [...SECTIONS, restOf(published.suites.map(({ suite }) => suite))]
  const main = scatterOf(published)
  const parts = [
    INTRODUCTION,
    ...(main === null ? [] : [picture(main), MAIN_WORDS]),
    HOW_TO_READ,
    ...sections.flatMap((section) => written(section, published)),
    WHAT_IT_DOES_NOT_SHOW,
    whereMeasured(published),
  ]
  return `${parts.join('\n\n')}\n`
}

function written({ heading, suites, about }: Section, published: Published): string[] {
  const found = suites.flatMap((name) => published.suites.find(({ suite }) => suite === name) ?? [])
  return found.length === 0 ? [] : [`## ${heading}`, about, ...found.flatMap((kept) => suiteOf(kept, published))]
}

function suiteOf(kept: Kept, published: Published): string[] {
  const drawn = barsOf(kept)
  return [
    ...kept.reports.flatMap((report, index) => [
      `### ${report.title}`,
      ...(index === 0 && drawn !== null ? [picture(drawn)] : []),
      reportTable(report),
      ...(report.notes.length > 0 ? [report.notes.map((note) => `- ${note}`).join('\n')] : []),
    ]),
    measuredOn(kept, published),
    ...(kept.suite === 'peers' ? ['### What the peers do not do', PEERS_WORDS, peerTable()] : []),
    ...(kept.suite === 'staleness' ? bothTable(published) : []),
  ]
}

/** A drawing for light and for dark pages. What it shows is in the table too, so the alternative text is short. */
function picture(plot: Plot): string {
  const width = plot.kind === 'bars' ? 480 : 640
  const alternative = `${plot.title}, drawn; the numbers are in the tables.`.replaceAll('"', '&quot;')
  return `<picture>
  <source media="(prefers-color-scheme: dark)" srcset="${plotFile(plot, 'dark')}">
  <img alt="${alternative}" src="${plotFile(plot, 'light')}" width="${width}">
</picture>`
}

/** What the main drawing shows, in numbers. */
function bothTable(published: Published): string[] {
  const points = scatterOf(published)?.points ?? []
  if (points.length === 0) return []
  const rows = points.map(({ label, speed, stalenessMs }) => [label, digits(speed), toldDelay(stalenessMs)])
  return [
    '### Both in one table, as drawn above',
    table(['subject', 'requests/s, against the bare server', 'a revoked session is still accepted'], rows),
    `Medians, speed of 10,000 sessions in rotation; the ranges are in the tables that they are from. Who keeps sessions in the memory of one process is not
here: no other node knows them.`,
  ]
}
