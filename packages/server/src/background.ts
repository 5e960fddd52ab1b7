/** Told of a background task that failed; it runs again when its time comes. */
export type ReportTaskFailure = (failure: unknown, task: string) => void

/** Runs tasks again and again, each never twice at once, without keeping the process alive. */
export class Background {
  readonly #report: ReportTaskFailure
  readonly #timers: NodeJS.Timeout[] = []
  readonly #running = new Set<Promise<void>>()
  #stopped = false

  constructor(report: ReportTaskFailure) {
    this.#report = report
  }

  /** Whether `stop` was called: a long task looks now and then. */
  get stopped(): boolean {
    return this.#stopped
  }

  /** Runs `task` every `intervalMs`, counted from the end of one run to the start of the next. */
  every(intervalMs: number, name: string, task: () => Promise<unknown>): void {
    if (this.#stopped) return
    const timer = setTimeout(() => {
      this.#timers.splice(this.#timers.indexOf(timer), 1)
      const run = task()
        .then(() => undefined)
        .catch((failure: unknown) => this.#report(failure, name))
        .finally(() => {
          this.#running.delete(run)
          this.every(intervalMs, name, task)
        })
      this.#running.add(run)
    }, intervalMs)
    timer.unref()
    this.#timers.push(timer)
  }

  /** Starts nothing more, and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers) clearTimeout(timer)
    await Promise.all(this.#running)
  }
}
