import type { Entrant } from './entrants.ts'
import { endSession, whoIs } from './peer-cookies.ts'

/** That what is measured is a check: the right cookie is somebody, and one that was changed is nobody. @throws Error a sentence */
export async function prove({ name, subject, cookies, path }: Entrant): Promise<void> {
  const [first = ''] = cookies
  if (first === '') return
  const ids = await Promise.all([first, cookies.at(-1) ?? ''].map((cookie) => whoIs(subject, cookie, path)))
  if (ids.includes(null)) throw new Error(`${name} does not know its own session.`)
  if (cookies.length > 1 && ids[0] === ids[1]) throw new Error(`${name} gave two sessions to one user.`)
  if ((await whoIs(subject, forged(first), path)) !== null) throw new Error(`${name} takes a forged cookie.`)
}

/** One character in the middle of each value is another. */
function forged(cookies: string): string {
  return cookies
    .split('; ')
    .map((pair) => {
      const middle = Math.floor((pair.indexOf('=') + pair.length) / 2)
      return `${pair.slice(0, middle)}${pair[middle] === 'A' ? 'B' : 'A'}${pair.slice(middle + 1)}`
    })
    .join('; ')
}

/** That the list of peers says the truth about who refuses a session that it has ended itself. @throws Error a sentence */
export async function proveRevocation({ name, subject, cookies, path, peer }: Entrant): Promise<void> {
  const cookie = cookies.at(-1) ?? ''
  if (peer === undefined) return
  await endSession(subject, cookie)
  const refused = (await whoIs(subject, cookie, path)) === null
  if (refused !== peer.revokes)
    throw new Error(`${name}: a session that was ended ${refused ? 'is refused' : 'still holds'}.`)
}
