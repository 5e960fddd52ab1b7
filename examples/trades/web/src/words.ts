import { NetworkError, ProblemError } from '@coatcheck/client'
import { apiUrl } from './client.ts'

/** What to tell the user, and the field of the form it belongs to, if any. */
export interface Advice {
  readonly field?: string
  readonly text: string
}

/** What to say of an error that is not the API's. */
export const pageMistake = 'This page made a mistake. Reload it and try again.'

/** Turns whatever went wrong into words that help. @param unanswered what to say of a request that was not answered */
export function adviseOn(error: unknown, unanswered = 'Try again when it does.'): readonly Advice[] {
  if (error instanceof ProblemError) return adviseOnProblem(error)
  if (error instanceof NetworkError) return [{ text: `${noAnswer()} ${unanswered}` }]
  return [{ text: pageMistake }]
}

/** That the API does not answer, with the likely reason where there is one. */
export function noAnswer(): string {
  const sameHost = location.hostname === new URL(apiUrl).hostname
  const hint = sameHost ? '' : ` If it runs, it may not know this page’s origin, ${location.origin}.`
  return `The API at ${apiUrl} does not answer.${hint}`
}

/** Every code of the API. One that a newer server invents gets the server's own words. */
function adviseOnProblem(problem: ProblemError): readonly Advice[] {
  switch (problem.code) {
    case 'invalid-request':
      if (problem.errors.length === 0) return [{ text: 'The API did not understand this. Check what you wrote.' }]
      return problem.errors.map(({ path, message }) => ({ field: path, text: message }))
    case 'invalid-credentials':
      return [{ field: 'password', text: 'This email or username and this password do not match.' }]
    case 'email-taken':
      return [{ field: 'email', text: 'This email address has an account already. Sign in with it instead.' }]
    case 'username-taken':
      return [{ field: 'username', text: 'Somebody has this username. Choose another, or leave it empty.' }]
    case 'password-rejected':
      return [{ field: 'password', text: problem.detail ?? 'This password cannot be used. Choose another.' }]
    case 'too-many-attempts':
      return [{ text: `That was tried too often. ${tryAgain(problem)}` }]
    case 'busy':
      return [{ text: `The server is busy, and nothing was done. ${tryAgain(problem)}` }]
    case 'store-unavailable':
      return [{ text: 'The server cannot reach its database. Nobody was signed out; try again in a moment.' }]
    case 'not-signed-in':
      return [{ text: 'Your session has ended. Sign in again to go on.' }]
    case 'reauthentication-required':
      return [{ text: 'This needs a fresh proof of who you are. Sign out, sign in, and try again.' }]
    case 'origin-not-allowed':
      return [{ text: `The API does not take this from ${location.origin}: add that to its front-ends.` }]
    case 'not-found':
    case 'sessions-not-listed':
    case 'no-database':
      return [{ text: 'This is not there any more.' }]
    case 'payload-too-large':
      return [{ text: 'This is too long. Write less.' }]
    case 'method-not-allowed':
    case 'unsupported-media-type':
      return [{ text: 'This page and the API are of different versions. Reload the page.' }]
    case 'internal-error':
      return [{ text: 'The server made a mistake. It is not your fault; try again later.' }]
    default:
      return [{ text: problem.message }]
  }
}

function tryAgain({ retryAfterSeconds }: ProblemError): string {
  if (retryAfterSeconds === null) return 'Try again in a moment.'
  return `Try again in ${retryAfterSeconds === 1 ? 'a second' : `${retryAfterSeconds} seconds`}.`
}
