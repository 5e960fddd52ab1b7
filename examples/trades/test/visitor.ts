import assert from 'node:assert/strict'
import type { Running } from './scene.ts'

/** Somebody signed in, who calls the API as the front-end's page would. */
export interface Visitor {
  readonly userId: string
  /** @param headers over those of the page; undefined takes one away */
  send(
    method: string,
    body: string | Uint8Array<ArrayBuffer> | null,
    headers?: Readonly<Record<string, string | undefined>>,
    query?: string,
    path?: string,
  ): Promise<Response>
  trades(query?: string): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** Registers somebody. */
export async function signUp({ apiUrl, webUrl }: Running, email: string): Promise<Visitor> {
  const response = await fetch(`${apiUrl}/v1/sign-up`, {
    method: 'POST',
    headers: { origin: webUrl, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'a coat, a hat and a long scarf' }),
  })
  assert.equal(response.status, 201)
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const { user } = (await response.json()) as { user: { id: string } }

  const send: Visitor['send'] = (method, body, headers = {}, query = '', path = '/trades') => {
    const all = { cookie, origin: webUrl, ...(body !== null && { 'content-type': 'application/json' }), ...headers }
    const given = Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined)
    return fetch(apiUrl + path + query, { method, headers: given, ...(body !== null && { body }) })
  }
  return {
    userId: user.id,
    send,
    async trades(query) {
      const answer = await send('GET', null, {}, query)
      assert.equal(answer.status, 200)
      return ((await answer.json()) as { trades: Readonly<Record<string, unknown>>[] }).trades
    },
  }
}
