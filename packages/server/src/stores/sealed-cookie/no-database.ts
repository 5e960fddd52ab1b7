import { NoDatabase, SessionsNotListed } from '../../core/errors.ts'
import { sealedSession } from '../../core/session/sealed-session.ts'
import type { Store } from '../../core/store.ts'

/** As if nothing had become of any session: nobody can write down that something did. */
const NOTHING_KNOWN = { revoked: false, epoch: 0, spared: null, rotated: null } as const

/**
 * The store where there is none: sessions are in their cookies, users too, and nothing is written anywhere. What needs more
 * fails with `NoDatabase`, and never pretends.
 */
export function noDatabaseStore(): Store {
  const refuse = (): Promise<never> => Promise.reject(new NoDatabase())
  const nothing = (): Promise<void> => Promise.resolve()
  return {
    sessions: {
      create: () => Promise.resolve('created'),
      find(sessionId, claims) {
        // One without its user is of a time when there was a database.
        if (claims?.sessionId !== sessionId || claims.user === undefined) return Promise.resolve(null)
        const session = sealedSession(claims, NOTHING_KNOWN)
        return Promise.resolve(session && { session, user: { ...claims.user, id: claims.userId, disabledAt: null } })
      },
      rotate: refuse,
      retirePreviousSecret: refuse,
      touchMany: nothing,
      revoke: refuse,
      revokeByUser: refuse,
      listByUser: () => Promise.reject(new SessionsNotListed()),
      deleteExpired: () => Promise.resolve(0),
    },
    data: { get: refuse, all: refuse, set: refuse, delete: refuse, take: refuse, increment: refuse },
    users: { register: refuse, find: refuse, findTaken: refuse, disable: refuse, enable: refuse },
    credentials: { findPassword: refuse, findUser: refuse, changePassword: refuse, upgradePasswordHash: refuse },
    keyMarks: {
      last: () => Promise.resolve(null),
      note: nothing,
      reset: nothing,
      anySessionAt: () => Promise.resolve(false),
    },
    // Nothing changes, so whoever asks has heard all of it.
    changes: {
      beat: () => Promise.resolve({ changes: [], continuous: true }),
      listen: () => undefined,
      hint: () => undefined,
      longestLeaseMs: () => Promise.resolve(0),
      trim: nothing,
    },
    readTime: () => Promise.resolve(Date.now()),
    requireReady: nothing,
    close: nothing,
  }
}
