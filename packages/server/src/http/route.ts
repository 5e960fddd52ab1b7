import type { ProblemCode, SignedOutReason } from '@coatcheck/client/protocol'
import type { z } from 'zod'
import type { AuditSource } from '../core/audit/audit-log.ts'
import type { Core } from '../core/core.ts'
import type { MaybePromise } from '../core/maybe-promise.ts'
import type { CheckOptions, SignedIn } from '../core/session/check-session.ts'
import type { Arrival } from './arrival.ts'
import type { ProblemReply } from './problem.ts'

/** The methods that routes may have. HEAD is answered by GET's handler, OPTIONS by CORS. */
export type RouteMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A good answer: JSON, a page, plain text, or nothing. */
export interface Answer {
  readonly status: 200 | 201 | 204 | 503
  readonly json?: unknown
  readonly html?: string
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Gives the browser this session: its token, and the instant of its absolute end. */
  readonly session?: { readonly token: string; readonly expiresAt: number; readonly now: number } | 'remove'
}

/** What a handler sees of a request: all of it already judged and parsed. */
export interface RouteContext<Body> {
  readonly core: Core
  readonly body: Body
  /** The parts of the path that the route names, decoded. */
  readonly params: Readonly<Record<string, string>>
  /** What came under the session cookie's name, as it came. */
  readonly tokens: readonly string[]
  readonly source: AuditSource
  /** Of the session cookie, for whoever this answer is for. */
  readonly cookieName: string
  /** Whether the request says that it came by way of a proxy. */
  isForwarded(): boolean
  /**
   * Who is signed in, or null. From memory where the lease allows it: ask `fresh` for whatever lists or changes something.
   *
   * @throws StoreUnavailable, Busy
   */
  whoIsIt(options?: CheckOptions): MaybePromise<SignedIn | null>
  /** In development, why that is nobody; in production always undefined. @throws StoreUnavailable, Busy */
  whyNobody(): MaybePromise<SignedOutReason | undefined>
  /** How the request came here, for the doctor. */
  readonly arrival: Arrival
  /**
   * The ID of the live session that the browser has, signed in or not, or null: what a sign-in takes the place of.
   *
   * @throws StoreUnavailable, Busy
   */
  findReplaced(): Promise<string | null>
}

/** How an answer is described in OpenAPI. */
export interface AnswerDescription {
  readonly description: string
  readonly schema?: z.ZodType
  readonly contentType?: string
}

/** One row of the route table: validation, 405, OpenAPI and the pages at /docs are made of it. */
export interface Route<Body = undefined> {
  readonly method: RouteMethod
  /** With `:name` for a part that varies. */
  readonly path: string
  readonly summary: string
  readonly description?: string
  /** The form of the JSON body; a route without one takes none. */
  readonly body?: z.ZodType<Body>
  readonly answers: Readonly<Partial<Record<200 | 201 | 204 | 503, AnswerDescription>>>
  /** The problems that are this route's own, beyond those that any request may meet. */
  readonly problems: readonly ProblemCode[]
  handle(context: RouteContext<Body>): Promise<Answer | ProblemReply>
}

/** A route whose body's form no longer matters: the table's element. Made by `route`, which ties schema and handler together. */
export type AnyRoute = Route<unknown>

/** Declares a route. The handler gets exactly what the schema accepts: the table parses before it calls. */
export function route<Body = undefined>(declaration: Route<Body>): AnyRoute {
  return declaration
}
