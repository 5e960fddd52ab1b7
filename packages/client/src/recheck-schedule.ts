import { createAlarm } from './alarm.ts'
import { msUntilOver } from './expiry.ts'
import { hasPage, isVisible } from './page.ts'
import type { SessionView } from './protocol.ts'

/** Says when the server should be asked again without anybody calling for it. */
export interface RecheckSchedule {
  /** A question went out. */
  readonly asked: () => void
  /** The server said this, to this tab or another. */
  readonly answered: (view: SessionView) => void
  /** No answer, or a refusal that says how long to wait: 0 where it does not. Here or in another tab. */
  readonly failed: (waitSeconds: number) => void
  /** The network is back: what failed before is no reason to wait. */
  readonly online: () => void
  /** Whether the user's looking at the page is reason enough to ask. */
  readonly isDue: () => boolean
  readonly stop: () => void
}

const recheckMs = 30_000

/**
 * Makes the schedule: when the session should be over by now, 30 s after a failure (or as long as the server asks for),
 * and when the user looks at the page, at most every 30 s.
 *
 * A page that nobody sees never asks by itself; it does so when it is seen again. Without a page there is no timer.
 *
 * @param ask called when the time has come
 */
export function createRecheckSchedule(ask: () => void): RecheckSchedule {
  const alarm = createAlarm(() => isVisible() && ask())
  let askedAt = -Infinity
  let answeredAt = -Infinity
  let stopped = false
  const askIn = (ms: number): void => {
    if (hasPage() && !stopped) alarm.set(ms)
  }
  const asked = (): void => {
    askedAt = Date.now()
  }
  return {
    asked,
    answered({ session }) {
      asked()
      answeredAt = askedAt
      askIn(session ? msUntilOver(session) : Infinity)
    },
    failed(waitSeconds) {
      asked()
      askIn(Math.max(recheckMs, waitSeconds * 1000))
    },
    online() {
      askedAt = answeredAt
    },
    // A clock that was set back must not keep us from asking.
    isDue: () => alarm.isDue() || Math.abs(Date.now() - askedAt) >= recheckMs,
    stop() {
      alarm.set(Infinity)
      stopped = true
    },
  }
}
