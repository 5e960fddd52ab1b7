import type { Report } from './report.ts'
import { againstReference, type Run } from './rounds.ts'
import { ratios, type Spread } from './statistics.ts'

/** The runs of one subject of an interleaved measurement. */
export interface SubjectRuns {
  /** Stable, by which results are compared: the name, where there is nothing else. */
  readonly id: string
  readonly name: string
  readonly runs: readonly Run[]
}

/** One subject's rate against that of the first subject of the same rounds. */
export interface Ratio extends Spread {
  readonly id: string
  readonly name: string
}

/**
 * The runs in the data of a report, where it is that of an interleaved measurement, else null. The first is the reference.
 *
 * @param data  as `compare` gives it, by name; or as the suite `peers` does, by ID with the name inside
 */
export function runsOf(data: unknown): readonly SubjectRuns[] | null {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return null
  const subjects = Object.entries(data).map(([id, value]: [string, unknown]) => subjectOf(id, value))
  const found = subjects.filter((subject) => subject !== null)
  return found.length > 0 && found.length === subjects.length ? found : null
}

/** Those of the first of these reports that is of an interleaved measurement, or null. */
export function firstRuns(reports: readonly Pick<Report, 'data'>[]): readonly SubjectRuns[] | null {
  return reports.map(({ data }) => runsOf(data)).find((runs) => runs !== null) ?? null
}

/** Of each subject, its requests a second against those of the first, which were measured beside them. */
export function ratiosToFirst(subjects: readonly SubjectRuns[]): readonly Ratio[] {
  const first = subjects[0]?.runs ?? []
  return subjects.map(({ id, name, runs }) => {
    const { values, references } = againstReference(runs, first, 'requestsPerSecond')
    return { id, name, ...ratios(values, references) }
  })
}

/** Whether a subject is Coatcheck in one of its forms; all others are peers, or a bare server. */
export function isOurs({ id, name }: { readonly id: string; readonly name: string }): boolean {
  return !/^bare/i.test(id) && /^(coatcheck|library|sealed|stored)|stored$/i.test(name)
}

function subjectOf(id: string, value: unknown): SubjectRuns | null {
  if (isRuns(value)) return { id, name: id, runs: value }
  if (typeof value !== 'object' || value === null || !('runs' in value) || !isRuns(value.runs)) return null
  return { id, name: 'name' in value && typeof value.name === 'string' ? value.name : id, runs: value.runs }
}

function isRuns(value: unknown): value is readonly Run[] {
  return Array.isArray(value) && value.length > 0 && value.every(isRun)
}

function isRun(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'requestsPerSecond' in value && 'cpuUs' in value
}
