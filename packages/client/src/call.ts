import { NetworkError } from './network-error.ts'
import { problemOf } from './problem.ts'
import { ProblemError } from './problem-error.ts'

/** The `fetch` that this client calls: the platform's own, or one that is handed in. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** One request to the HTTP API. */
export interface Call<T> {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly url: URL
  /** Sent as JSON. Without it no body goes out, and the browser needs no preflight. */
  readonly body?: object
  /** Whether the answer is what was asked for; what is no content arrives as null. */
  readonly accepts: (answer: unknown) => answer is T
  readonly signal?: AbortSignal
}

const timeoutMs = 30_000

/**
 * Makes one request, with the cookie, and reads its answer.
 *
 * A redirect is refused: it could carry a password to another origin.
 *
 * @throws ProblemError the server refused, and nothing was changed unless its status is 5xx
 * @throws NetworkError no answer within 30 s, or none that `accepts`: the outcome is unknown
 */
export async function call<T>(fetch: Fetch, { method, url, body, accepts, signal }: Call<T>): Promise<T> {
  let status: number | null = null
  try {
    const timeout = AbortSignal.timeout(timeoutMs)
    const response = await fetch(url, {
      method,
      credentials: 'include',
      cache: 'no-store',
      redirect: 'error',
      // A sign-out goes on when the page is left right after it.
      keepalive: !body && method !== 'GET',
      signal: AbortSignal.any([signal ?? timeout, timeout]),
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    status = response.status
    if (response.ok) {
      const answer: unknown = status === 204 ? null : await response.json()
      if (accepts(answer)) return answer
    } else {
      const problem = await problemOf(response)
      if (problem) throw problem
    }
  } catch (cause) {
    throw cause instanceof ProblemError ? cause : new NetworkError(status, cause)
  }
  throw new NetworkError(status)
}
