import type { PasswordRejection } from '../../core/credential/password-rules.ts'
import { MAXIMUM_PASSWORD_LENGTH } from '../../core/credential/password-rules.ts'
import { signUp } from '../../core/sign-in/sign-up.ts'
import { problem } from '../problem.ts'
import { route } from '../route.ts'
import { signedInViewSchema, signUpBody } from '../schemas.ts'
import { sessionView } from '../session-view.ts'

/** `POST /v1/sign-up`: registers a user and signs them in. */
export const signUpRoute = route({
  method: 'POST',
  path: '/v1/sign-up',
  summary: 'Register a user and sign them in',
  description: 'Says plainly when an address or a username is taken. A session that the browser already had ends.',
  body: signUpBody,
  answers: { 201: { description: 'The new user, signed in; the session cookie is set.', schema: signedInViewSchema } },
  problems: ['email-taken', 'username-taken', 'password-rejected', 'no-database', 'busy'],
  async handle({ core, body, source, cookieName, findReplaced }) {
    const result = await signUp(core, { ...body, findReplaced, source, cookieName })
    if (result.ok) {
      const { session, token } = result
      return {
        status: 201,
        json: sessionView(result, core.policy),
        session: { token, expiresAt: session.expiresAt, now: session.createdAt },
      }
    }
    if (result.reason !== 'password-rejected') return problem(result.reason)
    const detail = describeRejection(result.rejection, core.passwordRules.minimumLength)
    return problem('password-rejected', { reason: result.rejection, detail })
  },
})

/** The sentence for the person who chose the password. */
function describeRejection(rejection: PasswordRejection, minimumLength: number): string {
  switch (rejection) {
    case 'too-short':
      return `A password needs at least ${minimumLength} characters. A short sentence is easy to remember.`
    case 'too-long':
      return `A password may have ${MAXIMUM_PASSWORD_LENGTH} characters at most.`
    case 'common':
      return 'This is one of the passwords that attackers try first.'
    case 'predictable':
      return 'This password repeats itself or follows the keyboard; it would be guessed quickly.'
    case 'personal':
      return 'This password is made of your name, your address or the name of this site.'
  }
}
