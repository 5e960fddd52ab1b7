import { createContext } from 'react'
import type { Client } from '../create-client.ts'
import type { SessionState } from '../session-state.ts'

/** What a provider hands down. It never changes by itself: what is known of the session is the client's to tell. */
export interface SessionSource {
  readonly client: Client
  /** What the server's page was rendered with, shown until the client knows more. */
  readonly initial: SessionState
}

/** Where the hooks find their provider's client. */
export const SessionContext = createContext<SessionSource | null>(null)
