import type { Audience } from './front-ends.ts'
import { problem, type ProblemReply } from './problem.ts'
import type { Answer } from './route.ts'

/** How long a browser may remember the answer, in seconds. */
const MAX_AGE_SECONDS = '600'

/** The answer to a CORS preflight: for front-ends, the methods and headers that they may use; a refusal for others. */
export function preflight(
  audience: Audience,
  allowed: { readonly methods: string; readonly headers: string },
): Answer | ProblemReply {
  if (!audience.allowed) {
    return problem('origin-not-allowed', { detail: "This origin is not on this server's list of front-ends." })
  }
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': allowed.methods,
      'access-control-allow-headers': allowed.headers,
      'access-control-max-age': MAX_AGE_SECONDS,
    },
  }
}
