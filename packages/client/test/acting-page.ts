/** Just enough of a page for Node: a document that can be hidden, and a window that gets events. */
export class ActingPage implements Disposable {
  readonly #window = new EventTarget()
  readonly #document = Object.assign(new EventTarget(), { visibilityState: 'visible' })

  constructor() {
    Object.assign(globalThis, { window: this.#window, document: this.#document })
  }

  hide(): void {
    this.#document.visibilityState = 'hidden'
    this.#document.dispatchEvent(new Event('visibilitychange'))
  }

  show(): void {
    this.#document.visibilityState = 'visible'
    this.#document.dispatchEvent(new Event('visibilitychange'))
  }

  focus(): void {
    this.#window.dispatchEvent(new Event('focus'))
  }

  online(): void {
    this.#window.dispatchEvent(new Event('online'))
  }

  /** The user came back to the page by the back button. */
  back(): void {
    this.#window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
  }

  [Symbol.dispose](): void {
    Reflect.deleteProperty(globalThis, 'window')
    Reflect.deleteProperty(globalThis, 'document')
  }
}
