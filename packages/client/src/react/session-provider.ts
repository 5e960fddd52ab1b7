'use client'

import type { ReactElement, ReactNode } from 'react'
import { createElement, useMemo, useState } from 'react'
import type { Client } from '../create-client.ts'
import type { SessionView } from '../protocol.ts'
import { isSessionView, stateOf, unknownState } from '../session-state.ts'
import { SessionContext } from './session-context.ts'

/** What a provider is given. */
export interface SessionProviderProps {
  /** In a browser, the page's only one. While rendering on a server, any: nothing is asked of it there. */
  readonly client: Client
  /**
   * What the API said while the server rendered this page, the same there and in the browser. Nothing, null and what is no
   * view are `unknown`. Only the first one counts; the client asks for itself as soon as the page is alive.
   */
  readonly initial?: SessionView | null | undefined
  readonly children?: ReactNode
}

/**
 * Gives the components below it a client, for `useSession` and `useClient`.
 *
 * It renders nothing of its own and is not rendered again when the session changes: those that use the session are.
 */
export function SessionProvider({ client, initial, children }: SessionProviderProps): ReactElement {
  const [first] = useState(() => (isSessionView(initial) ? stateOf(initial) : unknownState))
  const source = useMemo(() => ({ client, initial: first }), [client, first])
  return createElement(SessionContext.Provider, { value: source }, children)
}
