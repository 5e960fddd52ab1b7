import type { DataAnswer, LiveSession } from '../session-data/session-data-store.ts'
import type { Store } from '../store.ts'
import type { Change } from './change-feed.ts'
import type { LeasedSessions } from './leased-sessions.ts'

/**
 * The store, with what its writes change forgotten on this node: before the write is sent, so that no read from then on
 * is taken for a newer one, and again when it ends, failure included, so that nothing that was read meanwhile is kept. Once
 * a write is acknowledged, no check that begins here is answered from before it. Other nodes are given a hint.
 */
export function announcedStore(store: Store, leased: Pick<LeasedSessions, 'forget'>): Store {
  const { sessions, data, users, credentials } = store

  const changing = async <Outcome>(changes: readonly Change[], write: () => Promise<Outcome>): Promise<Outcome> => {
    for (const change of changes) leased.forget(change)
    try {
      return await write()
    } finally {
      for (const change of changes) leased.forget(change)
      if (changes.length > 0) store.changes.hint()
    }
  }
  const changingUser = <Outcome>(id: string, write: () => Promise<Outcome>): Promise<Outcome> =>
    changing([{ kind: 'user', id }], write)
  const changingSession = <Outcome>(id: string, write: () => Promise<Outcome>): Promise<Outcome> =>
    changing([{ kind: 'session', id }], write)
  const replacing = (replaced: string | null): readonly Change[] =>
    replaced === null ? [] : [{ kind: 'session', id: replaced }]

  /** Ended elsewhere, and not heard of yet: as when a session is not found. */
  const heeding = async <Answer extends DataAnswer<unknown, string>>(
    { sessionId }: LiveSession,
    operation: Promise<Answer>,
  ): Promise<Answer> => {
    const answer = await operation
    if (!answer.ok && answer.reason === 'session-ended') leased.forget({ kind: 'session', id: sessionId })
    return answer
  }

  return {
    // No answer from memory contains them: nothing is forgotten for their sake.
    data: {
      get: (session, key) => heeding(session, data.get(session, key)),
      all: (session) => heeding(session, data.all(session)),
      set: (session, key, json) => heeding(session, data.set(session, key, json)),
      delete: (session, key) => heeding(session, data.delete(session, key)),
      take: (session, key) => heeding(session, data.take(session, key)),
      increment: (session, key, by) => heeding(session, data.increment(session, key, by)),
    },
    sessions: {
      async find(id, sealed) {
        const found = await sessions.find(id, sealed)
        // Ended elsewhere, and not heard of yet: who is told so here must not be told otherwise afterwards.
        if (found === null) leased.forget({ kind: 'session', id })
        return found
      },
      async create(session, options) {
        try {
          return await changing(replacing(options.replaces), () => sessions.create(session, options))
        } finally {
          // The user's least recently used session may have made room for this one; other nodes hear it with their next beat.
          if (session.userId !== null) leased.forget({ kind: 'user', id: session.userId })
        }
      },
      rotate: (rotation) => changingSession(rotation.sessionId, () => sessions.rotate(rotation)),
      retirePreviousSecret: (id, current, endsAt) =>
        changingSession(id, () => sessions.retirePreviousSecret(id, current, endsAt)),
      touchMany: (touches) => sessions.touchMany(touches),
      revoke: (id, ownerId) => changingSession(id, () => sessions.revoke(id, ownerId)),
      revokeByUser: (userId, except) => changingUser(userId, () => sessions.revokeByUser(userId, except)),
      listByUser: (userId, alive) => sessions.listByUser(userId, alive),
      // What has ended by its time is refused from memory too.
      deleteExpired: (dead, limit) => sessions.deleteExpired(dead, limit),
    },
    users: {
      find: (id) => users.find(id),
      findTaken: (email, username) => users.findTaken(email, username),
      register: (registration) => changing(replacing(registration.replaces), () => users.register(registration)),
      disable: (id, now) => changingUser(id, () => users.disable(id, now)),
      enable: (id) => changingUser(id, () => users.enable(id)),
    },
    credentials: {
      findPassword: (identifier) => credentials.findPassword(identifier),
      findUser: (userId) => credentials.findUser(userId),
      changePassword: (change) => changingUser(change.userId, () => credentials.changePassword(change)),
      upgradePasswordHash: (userId, expected, stronger) => credentials.upgradePasswordHash(userId, expected, stronger),
    },
    keyMarks: store.keyMarks,
    changes: store.changes,
    readTime: () => store.readTime(),
    requireReady: () => store.requireReady(),
    close: () => store.close(),
  }
}
