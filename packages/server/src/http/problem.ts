import type { Problem, ProblemCode } from '@coatcheck/client/protocol'
import { isSessionEnded } from '../core/session-data/session-data-error.ts'
import { BODY_LIMIT } from './body-limit.ts'
import { Busy, NoDatabase, SessionsNotListed, StoreUnavailable } from '../core/errors.ts'

/** Status, title and what to do about it, for each code. The pages at `/problems/<code>` are made of this table. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = {
  'invalid-request': {
    status: 400,
    title: 'The request is not of the form that this address takes',
    remedy:
      'Read `errors`: each names the place in the request and what is wrong there. The form of every request is at /docs.',
  },
  'invalid-credentials': {
    status: 401,
    title: 'These credentials are not right',
    remedy:
      'Check the email or username and the password. The answer is the same whichever is wrong, so that nobody can find out who has an account.',
  },
  'not-signed-in': {
    status: 401,
    title: 'Nobody is signed in',
    remedy:
      'Sign in, then try again. From JavaScript on another origin, send the request with `credentials: "include"`, or the browser leaves the cookie out.',
  },
  'origin-not-allowed': {
    status: 403,
    title: 'This origin may not do this',
    remedy:
      "Add the front-end's origin, exactly as the browser writes it (scheme, host, port, no path), to COATCHECK_FRONTENDS on the server.",
  },
  'reauthentication-required': {
    status: 403,
    title: 'This needs a fresh proof of who you are',
    remedy: 'Sign in again, then repeat the request.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing here',
    remedy: 'Check the address. A session that is not yours is not found either.',
  },
  'sessions-not-listed': {
    status: 404,
    title: 'This server keeps no list of sessions',
    remedy:
      'Its sessions are sealed in their cookies. You can sign out, and end all your other sessions with `DELETE /v1/sessions`; a list of devices needs COATCHECK_SESSIONS=stored on the server.',
  },
  'no-database': {
    status: 404,
    title: 'This server keeps no accounts',
    remedy:
      'It runs without a database (COATCHECK_DATABASE=none): the back-end signs users in itself, by `auth.sessions.start`, and no session can be ended before its time. Both need a database on the server.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This address does not take this method',
    remedy: 'The Allow header of the answer lists the methods that it takes.',
  },
  'email-taken': {
    status: 409,
    title: 'This email address has an account',
    remedy: 'Sign in with it instead, or register another address.',
  },
  'username-taken': {
    status: 409,
    title: 'This username is taken',
    remedy: 'Choose another username, or register without one.',
  },
  'payload-too-large': {
    status: 413,
    title: 'The request body is too large',
    remedy: `A body may have ${BODY_LIMIT.toLocaleString('en')} bytes at most.`,
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The request body is not JSON',
    remedy: 'Send `Content-Type: application/json` with a body in UTF-8 and without content encoding.',
  },
  'password-rejected': {
    status: 422,
    title: 'This password cannot be used',
    remedy:
      'Read `detail`. For programs, `reason` is one of `too-short`, `too-long`, `common`, `predictable` and `personal`. A long sentence that only you would write is the best password.',
  },
  'too-many-attempts': {
    status: 429,
    title: 'Too many attempts',
    remedy: 'Wait for the number of seconds in the Retry-After header, then try again.',
  },
  busy: {
    status: 503,
    title: 'The server is busy',
    remedy:
      'Nothing was done. Wait for the number of seconds in the Retry-After header, then send the same request again.',
  },
  'store-unavailable': {
    status: 503,
    title: 'The server cannot reach its store',
    remedy: 'Nobody was signed out. What you asked for may or may not have happened; ask again in a moment.',
  },
  'internal-error': {
    status: 500,
    title: 'The server made a mistake',
    remedy: 'This is not your fault. Whoever runs the server finds the cause in its log.',
  },
}

/** One row of the table of problems. */
export interface ProblemKind {
  readonly status: number
  readonly title: string
  /** What the reader should do, a sentence or two; backticks around code. */
  readonly remedy: string
}

/** A refusal on its way to the client, with the headers that belong to it. */
export interface ProblemReply {
  readonly problem: Problem
  readonly headers?: Readonly<Record<string, string>>
}

/** What one occurrence of a problem adds to its row in the table. */
export interface ProblemDetails {
  readonly detail?: string
  readonly reason?: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
}

/** A problem of the given code. @see RFC 9457 */
export function problem(
  code: ProblemCode,
  details: ProblemDetails = {},
  headers?: Readonly<Record<string, string>>,
): ProblemReply {
  const { status, title } = PROBLEMS[code]
  const body: Problem = { type: `/problems/${code}`, title, status, code, ...details }
  return headers === undefined ? { problem: body } : { problem: body, headers }
}

/** The problem that stands for a failure. What went wrong is for the log; the client learns only what it may do. */
export function problemOf(failure: unknown): ProblemReply {
  if (failure instanceof Busy) return problem('busy', {}, { 'retry-after': String(failure.retryAfterSeconds) })
  if (isSessionEnded(failure)) return problem('not-signed-in')
  if (failure instanceof StoreUnavailable) return problem('store-unavailable')
  if (failure instanceof SessionsNotListed) return problem('sessions-not-listed')
  if (failure instanceof NoDatabase) return problem('no-database')
  return problem('internal-error')
}
