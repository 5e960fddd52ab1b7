import type { SignedInState } from '@coatcheck/client'
import { h } from '../dom.ts'
import { formatInstant, formatLength } from '../format.ts'
import { wire } from './wire.ts'

const everyMs = 15_000

/** Who is signed in, since when, and until when. */
export interface SessionCard {
  readonly element: HTMLElement
  update(state: SignedInState): void
}

/** Makes the card. The session's ID is public and says nothing, so it may be shown. */
export function createSessionCard(first: SignedInState, gone: AbortSignal): SessionCard {
  let state = first
  const since = h('dd', {})
  const until = h('dd', {})
  const idle = h('dd', {})
  const write = (): void => {
    const { createdAt, expiresAt, lastSeenAt, idleExpiresAt } = state.session
    since.textContent = formatInstant(createdAt)
    until.textContent = `${formatInstant(expiresAt)}, in ${formatLength(Date.parse(expiresAt) - Date.now())}`
    idle.textContent = `after ${formatLength(Date.parse(idleExpiresAt) - Date.parse(lastSeenAt))} unused`
  }
  write()
  const timer = setInterval(write, everyMs)
  gone.addEventListener('abort', () => clearInterval(timer))

  const { user, session } = first
  const lines = [
    ['Began', since],
    ['Ends', until],
    ['Or', idle],
  ] as const
  const element = h(
    'section',
    { class: 'stub', 'aria-labelledby': 'stub-title' },
    h('h2', { id: 'stub-title' }, 'Your session'),
    h('p', { class: 'stub-who' }, user.email),
    h('dl', {}, ...lines.map(([term, value]) => h('div', {}, h('dt', {}, term), value))),
    h('p', { class: 'stub-number' }, 'No. ', h('code', {}, session.id.slice(0, 8))),
    wire(),
  )
  return {
    element,
    update(next) {
      state = next
      write()
    },
  }
}
