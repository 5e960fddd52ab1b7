import type { SessionState, SignedInState, User } from '@coatcheck/client'
import { warn } from '../bars.ts'
import { signingOut } from '../own-sign-out.ts'
import { client } from '../client.ts'
import { notice, onRecovery } from '../connection.ts'
import { button, h } from '../dom.ts'
import { adviseOn } from '../words.ts'
import { createDevices } from './devices.ts'
import { createSessionCard } from './session-card.ts'
import { createTrades } from './trades.ts'
import type { View } from './view.ts'

const leastBetweenMs = 5_000

/**
 * The user's own page.
 *
 * @param gone aborted when the view is no longer shown. What it has asked for goes on; the answer is shown and told to nobody
 */
export function signedInView(state: SignedInState, gone: AbortSignal): View {
  const card = createSessionCard(state, gone)
  const trades = createTrades(gone)
  const devices = createDevices(gone)
  const heading = h('h1', { tabindex: '-1' }, `${nameOf(state.user)}’s trades`)

  let loadedAt = -Infinity
  const load = (): void => {
    loadedAt = Date.now()
    trades.load()
    devices.load()
  }
  // Another device may have added a trade, or signed in, while nobody looked.
  const look = (): void => {
    if (document.visibilityState === 'visible' && Date.now() - loadedAt > leastBetweenMs) load()
  }
  document.addEventListener('visibilitychange', look, { signal: gone })
  window.addEventListener('focus', look, { signal: gone })
  onRecovery(load, gone)
  load()

  const main = h('section', { class: 'ledger', 'aria-label': 'Trades' }, heading, ...trades.elements)
  const side = h('aside', { class: 'beside', 'aria-label': 'Your session and devices' }, card.element, devices.element)
  return {
    title: 'Trades',
    body: h('div', { class: 'signed-in' }, main, side),
    corner: corner(state.user, gone),
    start: heading,
    update(next: SessionState) {
      if (next.status === 'signed-in') card.update(next)
    },
  }
}

function corner(user: User, gone: AbortSignal): Node {
  const out = button('Sign out', { class: 'quiet' }, () => void signOut(out, gone))
  return h('div', { class: 'who' }, h('span', { class: 'who-name' }, user.email), out)
}

async function signOut(out: HTMLButtonElement, gone: AbortSignal): Promise<void> {
  out.disabled = true
  try {
    await signingOut(client.signOut)
  } catch (error) {
    if (gone.aborted) return
    out.disabled = false
    notice(error)
    // Nobody may think that they are out when they are not.
    warn(`Signing out did not work, and you are still signed in. ${adviseOn(error)[0]?.text ?? ''}`)
  }
}

const nameOf = ({ name, username, email }: User): string => name ?? username ?? email.split('@')[0] ?? email
