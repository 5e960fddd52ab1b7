import type { Audience } from './front-ends.ts'
import { PAGE_POLICY } from './pages/page.ts'
import type { ProblemReply } from './problem.ts'
import type { Answer } from './route.ts'
import { removeCookie, setCookie } from './session-cookie.ts'

/** An answer on its way out, in no framework's form yet. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/**
 * Builds the response to one audience: once, with all its headers; nothing touches it afterwards.
 *
 * @param moreCookies Set-Cookie values besides the session's
 */
export function respond(
  answer: Answer | ProblemReply,
  audience: Audience,
  moreCookies: readonly string[] = [],
): Response {
  const { status, headers, body } = replyTo(answer, audience)
  if (moreCookies.length === 0) return new Response(body, { status, headers })
  const lines = moreCookies.map((line): [string, string] => ['set-cookie', line])
  return new Response(body, { status, headers: [...Object.entries(headers), ...lines] })
}

/** What `respond` builds a response of. */
export function replyTo(answer: Answer | ProblemReply, audience: Audience): Reply {
  if ('problem' in answer) {
    const headers = { ...audience.headers, ...answer.headers, 'content-type': 'application/problem+json' }
    return { status: answer.problem.status, headers, body: JSON.stringify(answer.problem) }
  }
  const headers: Record<string, string> = { ...audience.headers, ...answer.headers }
  const cookie = cookieHeader(answer, audience)
  if (cookie !== null) headers['set-cookie'] = cookie
  if (answer.html !== undefined) {
    headers['content-type'] = 'text/html; charset=utf-8'
    headers['content-security-policy'] = PAGE_POLICY
    return { status: answer.status, headers, body: answer.html }
  }
  if (answer.text !== undefined) {
    headers['content-type'] = 'text/plain; version=0.0.4; charset=utf-8'
    return { status: answer.status, headers, body: answer.text }
  }
  if (answer.json === undefined) return { status: answer.status, headers, body: null }
  return jsonReply(answer.status, JSON.stringify(answer.json), headers)
}

/** A reply of JSON that has been written already. */
export function jsonReply(status: number, body: string, headers: Readonly<Record<string, string>>): Reply {
  return { status, headers: { ...headers, 'content-type': 'application/json' }, body }
}

function cookieHeader({ session }: Answer, { cookie }: Audience): string | null {
  if (session === undefined) return null
  if (session === 'remove') return removeCookie(cookie)
  return setCookie(cookie, session.token, (session.expiresAt - session.now) / 1_000)
}
