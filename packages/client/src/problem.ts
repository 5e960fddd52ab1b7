import type { Problem } from './protocol.ts'

/**
 * Reads the problem document of an answer, or null where there is none.
 *
 * The media type is asked for first: a proxy's JSON may have a `code` too. Uses up the body.
 */
export async function problemOf(response: Response): Promise<Problem | null> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return null
  const body: unknown = await response.json().catch(() => null)
  return typeof (Object(body) as Partial<Problem>).code === 'string' ? (body as Problem) : null
}
