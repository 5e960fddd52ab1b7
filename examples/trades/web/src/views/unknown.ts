import { h } from '../dom.ts'
import type { View } from './view.ts'

/** Before the first answer: neither the one page nor the other. Nothing is to be seen unless it takes long. */
export function unknownView(): View {
  return { title: 'Trades', body: h('h1', { class: 'waiting' }, 'Asking the API who you are…') }
}
