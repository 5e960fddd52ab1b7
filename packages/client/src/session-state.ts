import type { Session, SessionView, SignedInView, SignedOutView, User } from './protocol.ts'

/** Nobody has told us yet. Show neither the signed-in page nor the sign-in form. */
export interface UnknownState {
  readonly status: 'unknown'
}

/** The server said so. Never concluded from a request that failed. */
export interface SignedOutState {
  readonly status: 'signed-out'
}

/** The server said so, and nothing since has said otherwise. */
export interface SignedInState {
  readonly status: 'signed-in'
  readonly user: User
  readonly session: Session
}

/** What the page knows of who is using it. Each state is a frozen object that stays the same one until an answer differs. */
export type SessionState = UnknownState | SignedOutState | SignedInState

/** The state before the first answer. */
export const unknownState: SessionState = freeze({ status: 'unknown' })

const signedOutState: SessionState = freeze({ status: 'signed-out' })

/** The view of a browser in which nobody is signed in. */
export const signedOutView: SignedOutView = freeze({ user: null, session: null })

/** Turns the server's view into a frozen state. */
export function stateOf(view: SessionView): SessionState {
  return view.session ? freeze({ status: 'signed-in', user: view.user, session: view.session }) : signedOutState
}

/** The ID of the session that a state or a view speaks of, or undefined. */
export function sessionIdOf(of: SessionState | SessionView): string | undefined {
  return 'session' in of ? of.session?.id : undefined
}

/**
 * Whether an answer is a session view at all.
 *
 * A proxy's page, a captive portal's or another API's JSON must not pass for "nobody is signed in".
 */
export function isSessionView(answer: unknown): answer is SessionView {
  const { user, session } = Object(answer) as Record<string, unknown>
  return (user === null && session === null) || isSignedInView(answer)
}

/** Whether an answer says that somebody is signed in, with all that this client relies on. */
export function isSignedInView(answer: unknown): answer is SignedInView {
  const { user, session } = Object(answer) as { user?: Partial<User>; session?: Partial<Session> }
  return (
    typeof user?.id === 'string' &&
    typeof session?.id === 'string' &&
    [session.lastSeenAt, session.expiresAt, session.idleExpiresAt].every((at) => Date.parse(at ?? '') > 0)
  )
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value) Object.values(Object.freeze(value)).forEach(freeze)
  return value
}
