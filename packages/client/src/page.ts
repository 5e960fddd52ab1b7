/** What the page tells the session. */
export interface PageEvents {
  /** The user looks at the page again. */
  readonly onLook: () => void
  /** The network is back. */
  readonly onOnline: () => void
  /** The page may have missed anything: the browser shows a page that it had frozen. */
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
export function watchPage({ onLook, onOnline, onReturn }: PageEvents, signal: AbortSignal): void {
  const on = (target: EventTarget, type: string, run: (event: Event) => void): void =>
    target.addEventListener(type, run, { signal })
  on(document, 'visibilitychange', () => isVisible() && onLook())
  on(window, 'focus', onLook)
  on(window, 'online', onOnline)
  on(window, 'pageshow', (event) => (event as PageTransitionEvent).persisted && onReturn())
}
