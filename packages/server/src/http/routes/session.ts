import type { SessionView } from '@coatcheck/client/protocol'
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
  description: 'What a page asks instead of looking at the cookie. Always 200 when it can be known.',
  answers: {
    200: { description: 'The user and the session; both null when nobody is signed in.', schema: sessionViewSchema },
  },
  problems: [],
  async handle({ core, whoIsIt }) {
    return { status: 200, json: whoView(await whoIsIt(), core.policy) }
  },
})

/** What `GET /v1/session` says of who is signed in, or of nobody. */
export function whoView(signedIn: SignedIn | null, policy: SessionPolicy): SessionView {
  return signedIn === null ? { user: null, session: null } : sessionView(signedIn, policy)
}
