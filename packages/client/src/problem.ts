import { ProblemError } from './problem-error.ts'
import type { Problem } from './protocol.ts'

/**
 * Reads the problem document of an answer, as an error to be thrown or asked for its code; null where there is none.
 *
 * The media type is asked for first: a proxy's JSON may have a `code` too. Uses up the body. Never rejects.
 */
export async function problemOf(response: Response): Promise<ProblemError | null> {
  const { headers } = response
  if (!headers.get('content-type')?.startsWith('application/problem+json')) return null
  const body: unknown = await response.json().catch(() => null)
  if (typeof (Object(body) as Partial<Problem>).code !== 'string') return null
  return new ProblemError(body as Problem, headers.get('retry-after'))
}
