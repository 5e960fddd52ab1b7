import { sameSecretHash } from './session-token.ts'
import type { Session } from './session.ts'

/** Which of a session's secrets a token has. */
export type PresentedSecret = 'current' | 'previous'

/** Which of the session's secrets has this hash; null when none has. */
export function presentedSecret({ secretHash, previous }: Session, presented: string): PresentedSecret | null {
  if (sameSecretHash(secretHash, presented)) return 'current'
  return previous !== null && sameSecretHash(previous.secretHash, presented) ? 'previous' : null
}

/** The session with the privilege of the secret presented, or null when that is neither the current nor a live previous one. */
export function presentedAs(session: Session, secret: PresentedSecret | null, now: number): Session | null {
  if (secret === 'current') return session
  const { previous } = session
  if (secret === null || previous === null) return null
  if (previous.endsAt !== null && now >= previous.endsAt) return null
  return { ...session, authenticatedAt: previous.authenticatedAt }
}

/** Whether this is the new secret's first arrival after a rotation: then the previous one must get its end. */
export function mustRetirePrevious({ previous }: Session, secret: PresentedSecret | null): boolean {
  return secret === 'current' && previous !== null && previous.endsAt === null
}
