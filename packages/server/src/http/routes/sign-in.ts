import { signIn } from '../../core/sign-in/sign-in.ts'
import { problem } from '../problem.ts'
import { route } from '../route.ts'
import { signedInViewSchema, signInBody } from '../schemas.ts'
import { sessionView } from '../session-view.ts'

/** `POST /v1/sign-in`: starts a session for a user who proves who they are. */
export const signInRoute = route({
  method: 'POST',
  path: '/v1/sign-in',
  summary: 'Sign in with an email or a username, and a password',
  description: 'Always starts a new session; one that the browser already had ends. Refusals never say what was wrong.',
  body: signInBody,
  answers: { 200: { description: 'The user, signed in; the session cookie is set.', schema: signedInViewSchema } },
  problems: ['invalid-credentials', 'no-database', 'busy'],
  async handle({ core, body, source, cookieName, findReplaced }) {
    const signedIn = await signIn(core, { ...body, findReplaced, source, cookieName })
    if (signedIn === null) return problem('invalid-credentials')
    const { session, token } = signedIn
    return {
      status: 200,
      json: sessionView(signedIn, core.policy),
      session: { token, expiresAt: session.expiresAt, now: session.createdAt },
    }
  },
})
