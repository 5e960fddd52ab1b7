import type { Socket } from 'node:net'

/** One direction of a connection: a queue whose pieces come due in order, and that can be held or swallow all. */
export class DelayedPipe {
  readonly #delayMs: () => number
  readonly #queue: { readonly data: Buffer; readonly due: number }[] = []
  #out: Socket | null = null
  #swallows = false
  #lastDue = 0
  #timer: NodeJS.Timeout | null = null
  #onEmpty: (() => void) | null = null

  constructor(delayMs: () => number) {
    this.#delayMs = delayMs
  }

  push(data: Buffer): void {
    if (this.#swallows) return
    this.#lastDue = Math.max(this.#lastDue, performance.now() + this.#delayMs())
    this.#queue.push({ data, due: this.#lastDue })
    this.#flush()
  }

  hold(): void {
    this.#out = null
  }

  swallow(): void {
    this.#swallows = true
    this.#queue.length = 0
  }

  release(out: Socket): void {
    this.#out = out
    this.#flush()
  }

  /** Calls back once, when what is queued has gone out: at once, or when it comes due. */
  whenEmpty(callback: () => void): void {
    this.#onEmpty = callback
    this.#flush()
  }

  end(): void {
    this.#queue.length = 0
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  #flush(): void {
    if (this.#out === null || this.#timer !== null) return
    const now = performance.now()
    for (let first = this.#queue[0]; first !== undefined && first.due <= now; first = this.#queue[0]) {
      this.#out.write(first.data)
      this.#queue.shift()
    }
    const [next] = this.#queue
    if (next !== undefined) {
      const due = (): void => {
        this.#timer = null
        this.#flush()
      }
      this.#timer = setTimeout(due, Math.max(1, next.due - now))
    } else if (this.#onEmpty !== null) this.#onEmpty()
  }
}
