import type { Audience } from './front-ends.ts'
import { PAGE_POLICY } from './pages/page.ts'
import type { ProblemReply } from './problem.ts'
import type { Answer } from './route.ts'
import { removeCookie, setCookie } from './session-cookie.ts'

/** Builds the response to one audience: once, with all its headers; nothing touches it afterwards. */
export function respond(answer: Answer | ProblemReply, audience: Audience): Response {
  if ('problem' in answer) {
    const headers = { ...audience.headers, ...answer.headers, 'content-type': 'application/problem+json' }
    return new Response(JSON.stringify(answer.problem), { status: answer.problem.status, headers })
  }
  const headers: Record<string, string> = { ...audience.headers, ...answer.headers }
  const cookie = cookieHeader(answer, audience)
  if (cookie !== null) headers['set-cookie'] = cookie
  if (answer.html !== undefined) {
    headers['content-type'] = 'text/html; charset=utf-8'
    headers['content-security-policy'] = PAGE_POLICY
    return new Response(answer.html, { status: answer.status, headers })
  }
  if (answer.text !== undefined) {
    headers['content-type'] = 'text/plain; version=0.0.4; charset=utf-8'
    return new Response(answer.text, { status: answer.status, headers })
  }
  if (answer.json === undefined) return new Response(null, { status: answer.status, headers })
  headers['content-type'] = 'application/json'
  return new Response(JSON.stringify(answer.json), { status: answer.status, headers })
}

function cookieHeader({ session }: Answer, { cookie }: Audience): string | null {
  if (session === undefined) return null
  if (session === 'remove') return removeCookie(cookie)
  return setCookie(cookie, session.token, (session.expiresAt - session.now) / 1_000)
}
