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
    const signedIn = await whoIsIt()
    return { status: 200, json: signedIn === null ? { user: null, session: null } : sessionView(signedIn, core.policy) }
  },
})
