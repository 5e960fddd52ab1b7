import type { SessionState } from '@coatcheck/client'

/** One of the page's three faces. */
export interface View {
  readonly title: string
  /** What `main` holds. */
  readonly body: Node
  /** What stands at the end of the header. */
  readonly corner?: Node
  /** Where the focus goes when the view takes another's place. */
  readonly start?: HTMLElement
  /** The same session, seen again: its times may have moved. */
  update?(state: SessionState): void
}
