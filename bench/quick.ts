import { type Kept, readPublished } from './harness/kept.ts'
import { compareRatios, isRegression, verdictRows } from './harness/regression.ts'
import { print } from './harness/report.ts'
import { firstRuns, ratiosToFirst, type SubjectRuns } from './harness/runs.ts'

/**
 * Measures the quick suite and compares its ratios with the committed ones of the same suite.
 *
 * @param measure  runs the suite
 * @returns the exit code: 1 when a ratio of Coatcheck fell beyond the spread
 * @throws Error before anything is measured, where there is nothing to compare with
 */
export async function runQuick(root: string, measure: () => Promise<Kept>): Promise<number> {
  const before = readPublished(root).suites.find(({ suite }) => suite === 'quick')
  if (before === undefined) {
    throw new Error('docs/benchmarks.json has no quick run to compare with. Write one: npm run bench -- quick --write')
  }
  const now = await measure()
  const verdicts = compareRatios(ratiosToFirst(onlyRuns(before)), ratiosToFirst(onlyRuns(now)))
  const fell = verdicts.filter(isRegression)
  print({
    title: `Ratios to the bare server: of ${before.machine.at.slice(0, 10)} at ${before.machine.commit.split(' ')[0]}, and now`,
    columns: ['subject', 'then', 'now', 'moved'],
    rows: verdictRows(verdicts),
    notes: [
      'Moved: the ranges from minimum to maximum have nothing in common. A ratio is of requests a second, round by round.',
      'On another machine than the committed one a difference can be the machine’s.',
      fell.length === 0 ? 'Nothing of Coatcheck fell.' : `Fell or missing: ${fell.map(({ name }) => name).join('; ')}.`,
    ],
    data: verdicts,
  })
  return fell.length === 0 ? 0 : 1
}

function onlyRuns({ reports }: Kept): readonly SubjectRuns[] {
  const runs = firstRuns(reports)
  if (runs === null) throw new Error('The quick run holds no runs.')
  return runs
}
