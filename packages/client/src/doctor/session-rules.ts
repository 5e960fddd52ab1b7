import type { Rule } from './cause.ts'

const EXPIRED: readonly unknown[] = ['expired', 'idle']
const REVOKED: readonly unknown[] = ['revoked', 'superseded', 'user-disabled']
const UNKNOWN: readonly unknown[] = ['unknown-token', 'duplicate-cookie']

/** The way is free, and yet nobody is signed in. */
export const sessionRules: readonly Rule[] = [
  {
    cause: 'store-unavailable',
    holds: ({ ready, session }) => ready === 503 || session?.status === 503,
    words: () => 'The server cannot reach its store, and so nobody can be signed in or out.',
    mend: () => 'COATCHECK_DATABASE=<one that answers>   (the server’s log says what is the matter with this one)',
  },
  {
    cause: 'session-expired',
    holds: ({ session }) => EXPIRED.includes(session?.reason),
    words: ({ session }) =>
      session?.reason === 'idle'
        ? 'The session has ended because it was not used for long.'
        : 'The session has reached its end.',
    mend: () => 'COATCHECK_SESSION_POLICY=absolute=2592000,idle=604800   (seconds; or sign in again)',
  },
  {
    cause: 'session-revoked',
    holds: ({ session }) => REVOKED.includes(session?.reason),
    words: ({ session }) =>
      session?.reason === 'user-disabled'
        ? 'The cookie is a genuine one, and its user is disabled.'
        : 'The cookie is a genuine one, and its session is gone: signed out, revoked from elsewhere, or expired a while ago.',
    mend: ({ session }) =>
      session?.reason === 'user-disabled'
        ? 'auth.users.enable(userId)   (in the back-end, if that is meant)'
        : 'client.signIn({ identifier, password })   (the server’s log says who ended it: session.revoked)',
  },
  {
    cause: 'session-unknown',
    holds: ({ session }) => UNKNOWN.includes(session?.reason),
    words: ({ session }) =>
      session?.reason === 'duplicate-cookie'
        ? 'Two session cookies of one name arrive, and either may be an attacker’s.'
        : 'A session cookie arrives that no key of this server has made.',
    mend: () => 'COATCHECK_KEYS=<the new key>,<the key that made it>   (the same on every node)',
  },
]
