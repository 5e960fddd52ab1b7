import { test } from 'node:test'
import { keepingOf, type SceneKind } from './scene.ts'

/** What sealed sessions cannot do, or do otherwise: the scenarios by their titles, and why. docs/guide/sealed-sessions.md says so. */
export const SEALED_EXCEPTIONS: Readonly<Record<string, string>> = {
  'lists my devices newest first; one can be ended, and all others':
    'there is no list; sealed-sessions.test.ts has the rest',
  'ends after the idle timeout and its slack, not before [ASVS 7.3.1]': 'nobody writes down a use: there is one end',
  'a use that was written moves the idle end, and only forward': 'a use is not written',
  'L5 a sign-out of a session that looks idle ends it: a use noted elsewhere and written late revives nothing':
    'none is idle before its end',
  'without a sign-out, the same late write makes the session good again: nobody was signed out by mistake':
    'none is idle before its end',
  'the view tells of this very request: last seen now, idle end counted from now': 'its idle end is its absolute one',
}

/** A scenario over any kind of store; over sealed sessions, those that are excepted are skipped by name and reason. */
export function scenario(kind: SceneKind, title: string, run: () => Promise<void>): void {
  const exception = keepingOf(kind) === 'sealed' ? SEALED_EXCEPTIONS[title] : undefined
  test(title, { skip: exception ?? false }, run)
}
