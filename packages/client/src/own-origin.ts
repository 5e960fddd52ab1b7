import type { Fetch } from './call.ts'
import { problemOf } from './problem.ts'

/**
 * Makes a `fetch` that talks to the server's own origin only, and always with the cookie.
 *
 * @param base where relative addresses begin; they resolve as links on a page at `base` would
 * @throws TypeError the address is of another origin: the cookie is none of its business
 */
export function fetchFrom(base: URL, fetch: Fetch): Fetch {
  return async (input, init) => {
    const request = (input as Partial<Request>).url ? input : undefined
    const url = new URL((input as Partial<Request>).url ?? (input as string | URL), base)
    if (url.origin !== base.origin) {
      throw new TypeError(`This client talks to ${base.origin} only, not to ${url.origin}`)
    }
    return fetch(request ?? url, { ...init, credentials: 'include' })
  }
}

/**
 * Whether an answer says that the session is over: 401, a problem document, code `not-signed-in`, from our origin.
 *
 * A wrong password is a 401 too, and so is a proxy's own sign-in page; neither says anything about the session.
 * The body is read from a copy, so the caller can still read it.
 */
export async function saysNotSignedIn(base: URL, response: Response): Promise<boolean> {
  if (response.status !== 401 || (response.redirected && new URL(response.url).origin !== base.origin)) return false
  return (await problemOf(response.clone()))?.code === 'not-signed-in'
}
