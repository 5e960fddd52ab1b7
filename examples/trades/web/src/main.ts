import type { SessionState } from '@coatcheck/client'
import { say, warn } from './bars.ts'
import { client } from './client.ts'
import { ask } from './connection.ts'
import { part } from './dom.ts'
import { openLab } from './lab.ts'
import { isSigningOut } from './own-sign-out.ts'
import { signedInView } from './views/signed-in.ts'
import { signedOutView } from './views/signed-out.ts'
import { unknownView } from './views/unknown.ts'
import type { View } from './views/view.ts'

/** What is on the page: whose it is, and how to take it down. */
let shown: { state: SessionState; readonly view: View; readonly leave: AbortController } | undefined

/** Shows what is known. The same session stays where it is, with whatever was being typed into it. */
function show(state: SessionState): void {
  const before = shown?.state
  if (before !== undefined && sameSession(before, state)) {
    if (shown !== undefined) shown.state = state
    shown?.view.update?.(state)
    return
  }
  shown?.leave.abort()
  // What was said was said to whoever was here before.
  say('')
  warn(null)
  const leave = new AbortController()
  const view = viewOf(state, before, leave.signal)
  shown = { state, view, leave }
  document.title = view.title
  part('main').replaceChildren(view.body)
  part('corner').replaceChildren(...(view.corner === undefined ? [] : [view.corner]))
  // On arrival the browser knows best; afterwards, what had the focus is gone.
  if (before === undefined || before.status === 'unknown') return
  scrollTo(0, 0)
  view.start?.focus({ preventScroll: true })
}

function viewOf(state: SessionState, before: SessionState | undefined, gone: AbortSignal): View {
  if (state.status === 'unknown') return unknownView()
  return state.status === 'signed-in' ? signedInView(state, gone) : signedOutView(reasonFor(before))
}

/** Why somebody who was signed in is not any more, as far as this page can know. */
function reasonFor(before: SessionState | undefined): string | null {
  if (before?.status !== 'signed-in') return null
  const { expiresAt, idleExpiresAt } = before.session
  const isOver = Math.min(Date.parse(expiresAt), Date.parse(idleExpiresAt)) <= Date.now() + 1_000
  if (isOver) return 'Your session has ended. Sign in to go on.'
  if (isSigningOut()) return 'You are signed out.'
  return 'You were signed out, in another tab or from another of your devices. Sign in to go on.'
}

function sameSession(one: SessionState, other: SessionState): boolean {
  if (one.status !== 'signed-in' || other.status !== 'signed-in') return one.status === other.status
  return one.session.id === other.session.id && one.user.id === other.user.id
}

client.session.subscribe(show)
void ask()
void openLab()
