import { signOut } from '../../core/sign-in/sign-out.ts'
import { route } from '../route.ts'

/** `POST /v1/sign-out`: ends the session and removes its cookie. */
export const signOutRoute = route({
  method: 'POST',
  path: '/v1/sign-out',
  summary: 'Sign out',
  description: 'Ends the session and removes its cookie. Without a session it answers the same.',
  answers: { 204: { description: 'Nobody is signed in any more; the session cookie is removed.' } },
  problems: [],
  async handle({ core, tokens, source, cookieName }) {
    await signOut(core, tokens, source, cookieName)
    return { status: 204, session: 'remove' }
  },
})
