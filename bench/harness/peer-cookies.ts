import type { Subject } from './subject.ts'

const AT_ONCE = 32

/**
 * Has a peer start sessions, each of a user of its own, in the way of its documentation.
 *
 * @returns what each browser would send, as a Cookie header
 */
export async function startSessions(subject: Subject, count: number): Promise<readonly string[]> {
  const cookies: string[] = []
  const one = async (): Promise<string> => {
    const response = await post(subject, '/bench/start')
    const lines = response.headers.getSetCookie()
    if (!response.ok || lines.length === 0) throw new Error(`${subject.name} started no session: ${response.status}.`)
    return lines.map((line) => line.split(';', 1)[0] ?? '').join('; ')
  }
  while (cookies.length < count) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - cookies.length) }, one)
    cookies.push(...(await Promise.all(batch)))
  }
  return cookies
}

/** Has a peer end the session of a Cookie header, as strongly as it can. Resolves once it says that it has. */
export async function endSession(subject: Subject, cookie: string, path = '/bench/revoke'): Promise<void> {
  const response = await post(subject, path, cookie)
  if (!response.ok) throw new Error(`${subject.name} did not end a session: ${response.status}.`)
}

/** Who a peer says that the browser with this Cookie header is; null for nobody. */
export async function whoIs(subject: Subject, cookie: string, path = '/v1/session'): Promise<string | null> {
  const response = await fetch(`http://127.0.0.1:${subject.port}${path}`, { headers: { cookie } })
  const body: unknown = await response.json()
  if (!response.ok) throw new Error(`${subject.name} answered ${response.status}.`)
  if (typeof body !== 'object' || body === null || !('user' in body)) return null
  return (body.user as { readonly id: string } | null)?.id ?? null
}

async function post({ port }: Subject, path: string, cookie?: string): Promise<Response> {
  // As a page of the server's own would.
  const headers = cookie === undefined ? {} : { cookie, 'sec-fetch-site': 'same-origin' }
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers })
  await response.arrayBuffer()
  return response
}
