import { deepEqual, equal } from 'node:assert/strict'
import type { DataAnswer, LiveSession } from '../../core/session-data/session-data-store.ts'
import type { Store } from '../../core/store.ts'
import { HOUR, NOW } from './records.ts'

/** The session as an operation on its data asks for it, at `NOW`. */
export function live(sessionId: string, changes: Partial<LiveSession> = {}): LiveSession {
  return { sessionId, now: NOW, idleSince: NOW - HOUR, ...changes }
}

/** What an operation answered, which must not be a refusal. */
export async function done<Value>(operation: Promise<DataAnswer<Value, string>>): Promise<Value> {
  const answer = await operation
  if (!answer.ok) throw new Error(`refused: ${answer.reason}`)
  return answer.value
}

/** All data of a session, as an object. */
export async function dataOf(store: Store, sessionId: string): Promise<Record<string, string>> {
  return Object.fromEntries(await done(store.data.all(live(sessionId))))
}

/** Every operation there is, as one that finds no such session would be asked. */
export function everyOperation(store: Store, session: LiveSession): readonly Promise<DataAnswer<unknown, string>>[] {
  return [
    store.data.get(session, 'a'),
    store.data.all(session),
    store.data.set(session, 'a', '1'),
    store.data.delete(session, 'a'),
    store.data.take(session, 'a'),
    store.data.increment(session, 'a', 1),
  ]
}

export async function expectEnded(store: Store, session: LiveSession): Promise<void> {
  const answers = await Promise.all(everyOperation(store, session))
  for (const answer of answers) deepEqual(answer, { ok: false, reason: 'session-ended' })
}

export async function expectRefused(operation: Promise<DataAnswer<unknown, string>>, reason: string): Promise<void> {
  const answer = await operation
  equal(answer.ok ? 'done' : answer.reason, reason)
}
