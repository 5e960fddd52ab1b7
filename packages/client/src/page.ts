/** What the page tells the session. */
export interface PageEvents {
  /** The user looks at the page again. */
  readonly onLook: () => void
  /** The page may have missed anything: the network is back, or the browser showed a page that it had frozen. */
  readonly onReturn: () => void
}

/** Whether there is a page at all: not in Node, not while rendering on a server, not in a worker. */
export const hasPage = (): boolean => typeof document !== 'undefined'

/** Whether there is a page and the user can see it. */
export const isVisible = (): boolean => hasPage() && document.visibilityState !== 'hidden'

/**
 * Listens to the page until the signal is aborted.
 *
 * `pageshow` matters after a sign-out: "back" brings a frozen page, with the old user on it, that heard no message.
 */
export function watchPage({ onLook, onReturn }: PageEvents, signal: AbortSignal): void {
  document.addEventListener('visibilitychange', () => isVisible() && onLook(), { signal })
  window.addEventListener('focus', onLook, { signal })
  window.addEventListener('online', onReturn, { signal })
  window.addEventListener('pageshow', (event) => event.persisted && onReturn(), { signal })
}
