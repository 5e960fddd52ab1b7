import { createListeners } from './listeners.ts'
import { inOneTab } from './one-tab.ts'
import { hasPage, watchPage } from './page.ts'
import { ProblemError } from './problem-error.ts'
import type { SessionView } from './protocol.ts'
import { createRecheckSchedule } from './recheck-schedule.ts'
import type { SessionState } from './session-state.ts'
import { sessionIdOf, signedOutView, stateOf, unknownState } from './session-state.ts'
import type { TabMessage } from './tabs.ts'
import { noTabs, openTabs } from './tabs.ts'

/** Keeps what is known of the session, and decides which answers may still change it. */
export interface SessionKeeper {
  readonly session: {
    readonly get: () => SessionState
    readonly subscribe: (listener: (state: SessionState) => void) => () => void
    readonly refresh: () => Promise<SessionState>
  }
  /**
   * Runs a sign-in or a sign-out, after those that were begun before it.
   *
   * @param send makes the request
   * @param viewOf what its answer says of the session
   */
  readonly change: <T>(send: () => Promise<T>, viewOf: (answer: T) => SessionView) => Promise<T>
  /** Begins a request of the application's. Call what it returns when the answer is `not-signed-in`. */
  readonly witness: () => () => void
  readonly close: () => void
}

/**
 * Makes the keeper of one server's session.
 *
 * Every answer is judged by the *generation* in which it was asked for. A sign-in or sign-out begins a new one when it
 * starts and when it ends, so does one in another tab, and so does every other change of session. An answer from an
 * older generation says nothing about now: it is thrown away, and the question is asked again.
 *
 * @param ask asks the server who is signed in
 */
export function keepSession(ask: (signal: AbortSignal) => Promise<SessionView>, channelName: string): SessionKeeper {
  const listeners = createListeners<SessionState>()
  const closing = new AbortController()
  const schedule = createRecheckSchedule(() => recheckTogether())
  let state = unknownState
  let generation = 0
  let asking: Promise<SessionState> | undefined
  let question: AbortController | undefined
  let changes: Promise<unknown> = Promise.resolve()
  let changing = 0
  let tabs = noTabs
  let started = false
  /** Whether another tab's message made us ask. Then the answer is not passed on, or tabs would talk for ever. */
  let quiet = false

  /** Called by whatever uses the session first, so that importing and rendering on a server do nothing. */
  const start = (): void => {
    if (started || !hasPage()) return
    started = true
    tabs = openTabs(channelName, hear)
    watchPage({ onLook: recheckTogether, onOnline, onReturn: askAnew }, closing.signal)
  }

  const newGeneration = (): void => {
    generation += 1
    question?.abort()
  }

  const learn = (view: SessionView): void => {
    schedule.answered(view)
    const next = stateOf(view)
    if (JSON.stringify(next) === JSON.stringify(state)) return
    if (sessionIdOf(next) !== sessionIdOf(state)) generation += 1
    state = next
    listeners.tell(state)
  }

  const askUntilCurrent = async (): Promise<SessionState> => {
    for (;;) {
      while (changing) await changes
      const asked = generation
      question = new AbortController()
      schedule.asked()
      try {
        const view = await ask(question.signal)
        if (asked !== generation) continue
        learn(view)
        if (!quiet) tabs.post({ type: 'view', view })
        return state
      } catch (error) {
        if (asked !== generation) continue
        const waitSeconds = (error instanceof ProblemError && error.retryAfterSeconds) || 0
        schedule.failed(waitSeconds)
        if (!quiet) tabs.post({ type: 'failed', waitSeconds })
        throw error
      }
    }
  }

  const refresh = (): Promise<SessionState> => {
    start()
    return (asking ??= askUntilCurrent().finally(() => {
      asking = undefined
      quiet = false
    }))
  }

  /** What failed is asked again later, by the schedule. The state stays as it is. */
  const recheck = async (): Promise<void> => {
    if (!closing.signal.aborted) await refresh().catch(() => {})
  }

  /** For what every tab notices at the same moment: one asks, and the others hear its answer. */
  const recheckTogether = (): void => {
    if (schedule.isDue()) void inOneTab(channelName, schedule.isDue, recheck)
  }

  const onOnline = (): void => {
    schedule.online()
    if (asking) askAnew()
    else recheckTogether()
  }

  const askAnew = (): void => {
    // A question from before may hang, or its answer may be from before the page was frozen. Not while a sign-in runs:
    // then no question is under way, and the sign-in's answer would be thrown away.
    if (!changing) newGeneration()
    void recheck()
  }

  const hear = (message: TabMessage): void => {
    // The other tab's failure spares us one of our own.
    if (message.type === 'failed') return schedule.failed(message.waitSeconds)
    const id = sessionIdOf(state)
    if (message.type === 'view') {
      if (state.status !== 'unknown' && id === sessionIdOf(message.view)) return learn(message.view)
      // While nothing is known yet, the first question is under way, and another tab's answer does not make it late.
      if (state.status !== 'unknown') newGeneration()
    } else {
      newGeneration()
      if (message.type === 'signed-out') {
        learn(signedOutView)
        // Another session than ours was ended. Ours may be newer, and the message may have crossed this tab's sign-in:
        // show nobody, and ask.
        if (id && id === message.sessionId) return
      }
    }
    quiet = true
    void recheck()
  }

  const change = async <T>(send: () => Promise<T>, viewOf: (answer: T) => SessionView): Promise<T> => {
    start()
    changing += 1
    let disturbed = false
    const run = changes.then(async () => {
      newGeneration()
      const begun = generation
      const sessionId = sessionIdOf(state) ?? null
      try {
        const answer = await send()
        const view = viewOf(answer)
        // Another tab signed in or out meanwhile. Which of the two the server saw last, only the server knows.
        disturbed = begun !== generation
        if (!disturbed || !view.session) learn(view)
        tabs.post(view.session ? { type: 'signed-in' } : { type: 'signed-out', sessionId })
        return answer
      } catch (error) {
        // It may have been done, and only the answer lost.
        if (!(error instanceof ProblemError) || error.status >= 500) void recheck()
        throw error
      } finally {
        changing -= 1
        newGeneration()
      }
    })
    changes = run.catch(() => {})
    const answer = await run
    if (disturbed) await recheck()
    return answer
  }

  const witness = (): (() => void) => {
    start()
    const asked = generation
    return () => {
      if (state.status === 'signed-out') return
      // Asked before a sign-in, or during one: perhaps it only came too early.
      if (changing || asked !== generation) return void recheck()
      newGeneration()
      learn(signedOutView)
      tabs.post({ type: 'view', view: signedOutView })
    }
  }

  return {
    session: {
      get: () => state,
      subscribe(listener) {
        const unsubscribe = listeners.add(listener, state)
        if (hasPage() && state.status === 'unknown' && schedule.isDue()) void recheck()
        return unsubscribe
      },
      refresh,
    },
    change,
    witness,
    close() {
      schedule.stop()
      closing.abort()
      question?.abort()
      listeners.clear()
      tabs.close()
      tabs = noTabs
    },
  }
}
