'use client'

import { useContext, useSyncExternalStore } from 'react'
import type { Client } from '../create-client.ts'
import type { SessionState } from '../session-state.ts'
import type { SessionSource } from './session-context.ts'
import { SessionContext } from './session-context.ts'

/**
 * What is known of the session, and a new rendering whenever that changes.
 *
 * However many components use it, the server is asked once. On a server, and for the first rendering in a browser, it is
 * the provider's `initial`, so the two agree; without one it is `unknown`. A question that fails changes nothing.
 *
 * @returns the same object until an answer differs
 * @throws Error there is no SessionProvider around the component
 */
export function useSession(): SessionState {
  const { client, initial } = useSource()
  const now = (): SessionState => {
    const state = client.session.get()
    return state.status === 'unknown' ? initial : state
  }
  return useSyncExternalStore(client.session.subscribe, now, () => initial)
}

/**
 * The provider's client: to sign in and out, and to fetch.
 *
 * @throws Error there is no SessionProvider around the component
 */
export function useClient(): Client {
  return useSource().client
}

function useSource(): SessionSource {
  const source = useContext(SessionContext)
  if (!source) throw new Error('No session here: put <SessionProvider client={client}> around the component')
  return source
}
