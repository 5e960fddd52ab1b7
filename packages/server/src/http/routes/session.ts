import type { SessionView, SignedOutReason } from '@coatcheck/client/protocol'
import type { SignedIn } from '../../core/session/check-session.ts'
import type { SessionPolicy } from '../../core/session/session-policy.ts'
import { route } from '../route.ts'
import { sessionViewSchema } from '../schemas.ts'
import { sessionView } from '../session-view.ts'

/** `GET /v1/session`: who am I? */
export const sessionRoute = route({
  method: 'GET',
  path: '/v1/session',
  summary: 'Who is signed in?',
  description:
    'What a page asks instead of looking at the cookie. Always 200 when it can be known. Unless NODE_ENV is production, `reason` says why nobody is signed in.',
  answers: {
    200: { description: 'The user and the session; both null when nobody is signed in.', schema: sessionViewSchema },
  },
  problems: [],
  async handle({ core, whoIsIt, whyNobody }) {
    const signedIn = await whoIsIt()
    return { status: 200, json: whoView(signedIn, core.policy, signedIn === null ? await whyNobody() : undefined) }
  },
})

/** What `GET /v1/session` says of who is signed in, or of nobody, in development with the reason. */
export function whoView(signedIn: SignedIn | null, policy: SessionPolicy, reason?: SignedOutReason): SessionView {
  if (signedIn !== null) return sessionView(signedIn, policy)
  return { user: null, session: null, ...(reason === undefined ? {} : { reason }) }
}
