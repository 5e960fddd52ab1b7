import type { FieldError, Problem, ProblemCode } from './protocol.ts'

/**
 * The server understood and said no, or not now.
 *
 * Decide by `code`, which is stable. The texts are for people and may change.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  /** One of the known codes, or one that a newer server or your own API made. */
  declare readonly code: ProblemCode | (string & {})
  declare readonly status: number
  /** What happened this time, for people, where the server says more than the title. */
  declare readonly detail: string | undefined
  /** The fields that were refused, empty where it is not about fields. */
  declare readonly errors: readonly FieldError[]
  /** Why, as a stable word, where one code has several causes. */
  declare readonly reason: string | undefined
  /** How long to wait before trying again; null where the server does not say, or lets other origins not read it. */
  declare readonly retryAfterSeconds: number | null

  /** @param retryAfter the header of that name, in seconds */
  constructor(problem: Problem, retryAfter: string | null) {
    super(problem.detail ?? problem.title)
    this.code = problem.code
    this.status = problem.status
    this.detail = problem.detail
    this.errors = problem.errors ?? []
    this.reason = problem.reason
    const seconds = Number(retryAfter || NaN)
    this.retryAfterSeconds = seconds >= 0 ? seconds : null
  }
}
