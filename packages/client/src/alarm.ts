/** Rings once, some time from now. Setting it again replaces what was set. */
export interface Alarm {
  /** @param ms from now; Infinity switches it off */
  readonly set: (ms: number) => void
  /** Whether its time has passed, rung or not. */
  readonly isDue: () => boolean
}

const longestStepMs = 300_000

/**
 * Makes an alarm.
 *
 * It waits in steps of five minutes at most: a timer holds no more than 2^31 ms (a session may last longer than those
 * 24 days), and stands still while the machine sleeps.
 */
export function createAlarm(ring: () => void): Alarm {
  let dueAt = Infinity
  let timer: ReturnType<typeof setTimeout> | undefined
  const isDue = (): boolean => Date.now() >= dueAt
  const wait = (): void => {
    timer = setTimeout(() => (isDue() ? ring() : wait()), Math.min(dueAt - Date.now(), longestStepMs))
  }
  return {
    set(ms) {
      clearTimeout(timer)
      dueAt = Date.now() + ms
      if (ms < Infinity) wait()
    },
    isDue,
  }
}
