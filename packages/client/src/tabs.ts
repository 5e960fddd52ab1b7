import type { SessionView } from './protocol.ts'
import { isSessionView } from './session-state.ts'

/** What one tab tells the others of the same origin. The session's ID is public; nothing here is secret. */
export type TabMessage =
  /** The server has acknowledged a sign-out. The ID is that of the session which the tab believed it ended. */
  | { readonly type: 'signed-out'; readonly sessionId: string | null }
  | { readonly type: 'signed-in' }
  /** The server was asked, and said this. */
  | { readonly type: 'view'; readonly view: SessionView }
  /** The server was asked in vain. Seconds until it wants to be asked again, 0 where it did not say. */
  | { readonly type: 'failed'; readonly waitSeconds: number }

/** A line to the other tabs. A tab does not hear itself. */
export interface Tabs {
  readonly post: (message: TabMessage) => void
  readonly close: () => void
}

/** Opens the line. Where the browser has none, or forbids it to this page, messages go nowhere. */
export function openTabs(name: string, hear: (message: TabMessage) => void): Tabs {
  try {
    const channel = new BroadcastChannel(name)
    channel.onmessage = ({ data }: MessageEvent<unknown>) => isTabMessage(data) && hear(data)
    return { post: (message) => channel.postMessage(message), close: () => channel.close() }
  } catch {
    return noTabs
  }
}

/** The line before it is opened and after it is closed. */
export const noTabs: Tabs = { post() {}, close() {} }

/** A tab with another version of this code, or another script of this origin, may say anything. */
function isTabMessage(data: unknown): data is TabMessage {
  const { type, view, waitSeconds } = Object(data) as Readonly<Record<string, unknown>>
  return (
    type === 'signed-out' ||
    type === 'signed-in' ||
    (type === 'view' && isSessionView(view)) ||
    (type === 'failed' && Number(waitSeconds) >= 0)
  )
}
