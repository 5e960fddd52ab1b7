import { inspect } from 'node:util'

/** Something that failed: where it is, and everything known about it. */
export interface Failure {
  readonly title: string
  readonly where: string
  readonly text: string
}

/** How one file went. Only leaves count: a suite, or a test that passed by its subtests, does not. */
export interface FileResult {
  passed: number
  failed: number
  skipped: number
  readonly failures: Failure[]
  /** What tests had to tell besides: what they measured, how often they tried. */
  readonly diagnostics: string[]
}

/** What we read of an event of `node:test`'s run(). */
export interface RunEvent {
  readonly type: string
  readonly data: {
    readonly name?: string
    readonly nesting?: number
    readonly file?: string | undefined
    readonly line?: number | undefined
    readonly message?: string | undefined
    readonly skip?: string | boolean | undefined
    readonly todo?: string | boolean | undefined
    readonly details?: { readonly type?: string | undefined; readonly error?: unknown }
  }
}

function failureType(error: unknown): string {
  return error instanceof Error && 'failureType' in error ? String(error.failureType) : ''
}

function describeError(error: unknown, colors: boolean): string {
  if (failureType(error) === 'cancelledByParent') return 'was cancelled, because its suite failed or ended first'
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (typeof cause === 'string') return cause
  // the test runner's own frames say nothing
  return inspect(cause, { colors, depth: 8 }).replaceAll(
    /\n\s+at [^\n]*\bnode:(internal|async_hooks)\b[^\n]*?(?= \{\n|\n|$)/g,
    '',
  )
}

/** Counts one file's tests from its events, in the order in which they are reported: children before parents. */
export class FileTally {
  readonly result: FileResult = { passed: 0, failed: 0, skipped: 0, failures: [], diagnostics: [] }
  /** whether the file's own process told how its tests went */
  reported = false
  readonly #names: string[] = []
  readonly #childFailures: number[] = []
  readonly #hasChildren: boolean[] = []
  readonly #isFile: (name: string) => boolean
  readonly #colors: boolean

  /** @param isFile  whether a top-level name stands for the file itself, which `run()` reports like a test */
  constructor(isFile: (name: string) => boolean, colors: boolean) {
    this.#isFile = isFile
    this.#colors = colors
  }

  /** Takes one event. */
  add({ type, data }: RunEvent): void {
    const nesting = data.nesting ?? 0
    if (type === 'test:start') this.#names[nesting] = data.name ?? ''
    else if (type === 'test:summary' && data.file !== undefined) this.reported = true
    else if (type === 'test:diagnostic' && data.message?.startsWith('Error:')) this.#note(data.message)
    else if (type === 'test:diagnostic' && nesting > 0) this.result.diagnostics.push(data.message ?? '')
    else if (type === 'test:pass' || type === 'test:fail') {
      if (nesting === 0 && this.#isFile(data.name ?? '')) this.#addFile(type === 'test:fail', data)
      else this.#addTest(type === 'test:fail', nesting, data)
    }
  }

  /** Adds a failure that no test of the file reported. */
  fail(title: string, text: string): void {
    this.result.failed += 1
    this.result.failures.push({ title, where: '', text })
  }

  #note(text: string): void {
    this.result.failures.push({ title: 'outside of any test', where: '', text })
  }

  #addFile(failed: boolean, data: RunEvent['data']): void {
    if (!failed) return
    const { exitCode, signal } = (data.details?.error ?? {}) as { exitCode?: number | null; signal?: string | null }
    this.fail('the file itself', `its process ended with ${signal ?? `code ${exitCode ?? 'unknown'}`}`)
  }

  #addTest(failed: boolean, nesting: number, data: RunEvent['data']): void {
    const isSuite = data.details?.type === 'suite'
    const hasChildren = this.#hasChildren[nesting + 1] === true
    const childFailures = this.#childFailures[nesting + 1] ?? 0
    this.#hasChildren[nesting + 1] = false
    this.#childFailures[nesting + 1] = 0
    this.#hasChildren[nesting] = true
    const own = failed && failureType(data.details?.error) !== 'subtestsFailed'
    let counted = 0
    if (data.skip !== undefined && data.skip !== false) this.result.skipped += 1
    else if (data.todo !== undefined && data.todo !== false) this.result.skipped += 1
    else if (own) {
      // a suite whose hook failed took its tests along: they are counted, it is only told
      counted = isSuite && childFailures > 0 ? 0 : 1
      this.#tell(nesting, data)
    } else if (!failed && !hasChildren && !isSuite) this.result.passed += 1
    this.result.failed += counted
    this.#childFailures[nesting] = (this.#childFailures[nesting] ?? 0) + counted + childFailures
  }

  #tell(nesting: number, data: RunEvent['data']): void {
    const title = [...this.#names.slice(0, nesting), data.name ?? ''].join(' › ')
    const where = data.file === undefined ? '' : `${data.file}:${data.line ?? 1}`
    this.result.failures.push({ title, where, text: describeError(data.details?.error, this.#colors) })
  }
}
