/** Those who want to know, and how to tell them. */
export interface Listeners<T> {
  /** Adds a listener and tells it `now` at once. Returns a function that removes it. */
  readonly add: (listener: (value: T) => void, now: T) => () => void
  readonly tell: (value: T) => void
  readonly clear: () => void
}

/**
 * Makes an empty set of listeners.
 *
 * One that throws is reported as an uncaught error, and the others are told all the same.
 */
export function createListeners<T>(): Listeners<T> {
  const all = new Set<(value: T) => void>()
  return {
    add(listener, now) {
      // A function of its own for each call: the same listener may be added twice and removed once.
      const guarded = (value: T): void => {
        try {
          listener(value)
        } catch (error) {
          ;(globalThis.reportError ?? console.error)(error)
        }
      }
      all.add(guarded)
      guarded(now)
      return () => void all.delete(guarded)
    },
    tell(value) {
      // A listener may remove another while we go through them.
      for (const guarded of [...all]) if (all.has(guarded)) guarded(value)
    },
    clear: () => all.clear(),
  }
}
